/**
 * The documents: generated parts are as generated, links lead somewhere, and marked console blocks print what
 * they say.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { isRounded, printedValues, readFigures } from "./figures.ts";
import { generatedDocuments, REPOSITORY } from "./generated.ts";
import { anchorsOf, linksOf, matchesOutput, testedBlocks } from "./markdown.ts";

const MOST_README_LINES = 200;

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

function markdownIn(directory: string): string[] {
  if (!existsSync(join(REPOSITORY, directory))) return [];
  return readdirSync(join(REPOSITORY, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => join(directory, name));
}

const documents = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].filter((path) =>
    existsSync(join(REPOSITORY, path)),
  ),
  ...markdownIn("docs"),
  ...markdownIn("examples"),
];

test.each(await generatedDocuments())(
  "$path is as generated; else: node tools/docs/write-docs.ts",
  ({ path, text }) => {
    expect(read(path)).toBe(text);
  },
);

test.each(readFigures())("$what: the output that has it is in the document", (figure) => {
  const printed = printedValues(figure, read(figure.document)) ?? {};
  const unlike = Object.entries(figure.values).filter(
    ([name, value]) => !isRounded(value, printed[name] ?? ""),
  );
  expect(unlike.map(([name, value]) => [name, value, printed[name]])).toEqual([]);
});

test("the README is short", () => {
  expect(read("README.md").split("\n").length - 1).toBeLessThanOrEqual(MOST_README_LINES);
});

test("each decision is linked from the index", () => {
  const linked = new Set(linksOf(read("docs/decisions/README.md")).map(({ target }) => target));
  const decisions = readdirSync(join(REPOSITORY, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));
  expect(decisions.filter((name) => !linked.has(name))).toEqual([]);
});

test("each document is reached from the README", () => {
  const reached = new Set<string>();
  const next = ["README.md"];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    next.push(...linksOf(read(path)).flatMap(({ target }) => documentOf(path ?? "", target) ?? []));
  }
  expect(documents.filter((path) => path.startsWith("docs/") && !reached.has(path))).toEqual([]);
});

test.each(documents)("links and anchors of %s lead somewhere", (path) => {
  const broken = linksOf(read(path)).flatMap(({ line, target }) => {
    const problem = problemOf(path, target);
    return problem === undefined ? [] : [`${path}:${line}: ${target}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

/** The document that a link leads to, from the top of the checkout. */
function documentOf(path: string, target: string): string | undefined {
  const [file = ""] = target.split("#");
  if (/^[a-z]+:/.test(target) || !file.endsWith(".md")) return undefined;
  return relative(REPOSITORY, resolve(REPOSITORY, dirname(path), file));
}

function problemOf(path: string, target: string): string | undefined {
  // Addresses on the web are not looked up: tests need no network.
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file = "", anchor] = target.split("#");
  const absolute = file === "" ? join(REPOSITORY, path) : resolve(REPOSITORY, dirname(path), file);
  if (!existsSync(absolute)) return "there is no such file";
  if (anchor === undefined || statSync(absolute).isDirectory() || !absolute.endsWith(".md")) return undefined;
  return anchorsOf(readFileSync(absolute, "utf8")).has(anchor) ? undefined : "there is no such heading";
}

/** Code cites documents by heading: `docs/architecture.md#admission`. */
test("what code cites of the documents is there", async () => {
  const { stdout } = await promisify(execFile)(
    "git",
    ["grep", "-nohE", "docs/[A-Za-z0-9/_-]+\\.md(#[a-z0-9_-]+)?", "--", "*.ts", "*.js", "*.toml", "*.html"],
    { cwd: REPOSITORY },
  );
  const cited = [...new Set(stdout.split("\n").map((line) => line.replace(/^\d+:/, "")))].filter(
    (line) => line !== "",
  );
  expect(cited.length).toBeGreaterThan(0);
  expect(cited.filter((target) => problemOf("README.md", target) !== undefined)).toEqual([]);
});

describe("console blocks", () => {
  const blocks = documents.flatMap((path) => testedBlocks(read(path)).map((block) => ({ path, ...block })));

  test("some are tested", () => {
    expect(blocks.length).toBeGreaterThan(3);
  });

  test.concurrent.each(blocks)("$path:$line prints what it says", async ({ runs }) => {
    for (const { command, output } of runs) {
      const printed = await run(command);
      if (matchesOutput(output.map(normalized), printed.map(normalized))) continue;
      expect(printed.map(normalized)).toEqual(output.map(normalized));
    }
  });
});

const dataDirectory = mkdtempSync(join(tmpdir(), "spillway-docs-"));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

/** Removes the times, which differ between runs. */
function normalized(line: string): string {
  return line.replace(/\d+(?:\.\d+)? s real time/, "… s real time").trimEnd();
}

/**
 * With bash, from the top of the checkout; `pnpm --silent NAME` is the script of package.json, without pnpm's
 * second of start-up.
 */
async function run(command: string): Promise<string[]> {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const line = command.replace(
    /\bpnpm --silent (\S+)/g,
    (_, name: string) => scripts[name]?.replace(/^node /, `"${process.execPath}" `) ?? "false",
  );
  try {
    const { stdout } = await promisify(execFile)("bash", ["-c", line], {
      cwd: REPOSITORY,
      env: environment(),
    });
    return linesOf(stdout);
  } catch (error) {
    // A command that ends with another code than 0 has printed, too: a refused file, say.
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return linesOf(`${stdout ?? ""}${stderr ?? ""}`);
  }
}

/** Hides the configuration of this shell and the local data of `start` from the commands. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    COLUMNS: "80",
    SPILLWAY_DATA: join(dataDirectory, "none"),
  };
}

function linesOf(text: string): string[] {
  const ended = text.replace(/\n$/, "");
  return ended === "" ? [] : ended.split("\n");
}
