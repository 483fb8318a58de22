/**
 * What the tests need to know of a Markdown file: its headings' anchors, its links, its console blocks. Pure.
 */

export type Link = { readonly line: number; readonly target: string };
export type ConsoleBlock = { readonly line: number; readonly runs: readonly ConsoleRun[] };
/** One command and the lines that it prints; `…` stands for any lines. */
type ConsoleRun = { readonly command: string; readonly output: readonly string[] };

/** Returns the anchors that GitHub makes from headings and explicit ids. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const times = new Map<string, number>();
  for (const line of withoutFences(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading !== undefined) {
      const slug = slugOf(heading);
      const before = times.get(slug) ?? 0;
      times.set(slug, before + 1);
      anchors.add(before === 0 ? slug : `${slug}-${before}`);
    }
    for (const [, id] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id ?? "");
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** Links and images, also of HTML; those of code are none. */
export function linksOf(text: string): Link[] {
  return withoutFences(text).flatMap((line, at) => {
    const prose = line.replace(/`[^`]*`/g, "");
    const found = [
      ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
      ...prose.matchAll(/\b(?:href|src)="([^"]+)"/g),
    ];
    return found.map(([, target = ""]) => ({ line: at + 1, target }));
  });
}

/** Returns all lines, and empties those within code fences. */
function withoutFences(text: string): string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark.startsWith(fence)) fence = undefined;
      return "";
    }
    fence = mark;
    return mark === undefined ? line : "";
  });
}

/** The console blocks that are marked by `<!-- test: console -->`: they print the same everywhere. */
export function testedBlocks(text: string): ConsoleBlock[] {
  return [...text.matchAll(/<!-- test: console -->\n```console\n([^]*?)\n```/g)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    runs: runsOf(match[1] ?? ""),
  }));
}

function runsOf(block: string): ConsoleRun[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((run) => {
      const [command = "", ...output] = run.replace(/\n$/, "").split("\n");
      return { command, output };
    });
}

/**
 * True when `printed` is `expected`, where a line `…` stands for any lines, and a line that ends with `…` for
 * any with that beginning.
 */
export function matchesOutput(expected: readonly string[], printed: readonly string[]): boolean {
  const pattern = expected
    .map((line) => {
      if (line === "…") return "(?:[^\\n]*\\n)*?";
      if (line.endsWith("…")) return `${RegExp.escape(line.slice(0, -1))}[^\\n]*\\n`;
      return `${RegExp.escape(line)}\\n`;
    })
    .join("");
  return new RegExp(`^${pattern}$`).test(printed.map((line) => `${line}\n`).join(""));
}
