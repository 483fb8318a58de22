/** A report as one HTML file that needs neither script nor network. */
import type { Table } from "./table.ts";

export type HtmlReport = {
  readonly title: string;
  readonly subtitle: string;
  /** The headline figures. */
  readonly facts: readonly {
    readonly label: string;
    readonly value: string;
    readonly note?: string;
    /** Whether the promise behind it was kept; undefined where there is none. */
    readonly ok?: boolean;
  }[];
  readonly sections: readonly {
    readonly heading: string;
    readonly text?: string;
    readonly svg?: string;
    readonly table?: Table;
  }[];
  readonly footer: string;
};

export function htmlReport({ title, subtitle, facts, sections, footer }: HtmlReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escape(title)}</h1><p>${escape(subtitle)}</p></header>
<dl class="facts">${facts.map(fact).join("")}</dl>
${sections.map(section).join("\n")}
<footer>${escape(footer)}</footer>
</body>
</html>
`;
}

function fact({ label, value, note, ok }: HtmlReport["facts"][number]): string {
  const kept = ok === undefined ? "" : ok ? "kept" : "broken";
  const said = [note, kept].filter((text) => text !== undefined && text !== "").join(" · ");
  return `<div class="${kept}"><dt>${escape(label)}</dt><dd>${escape(value)}</dd><small>${escape(said)}</small></div>`;
}

function section({ heading, text, svg, table }: HtmlReport["sections"][number]): string {
  return [
    `<section><h2>${escape(heading)}</h2>`,
    text === undefined ? "" : `<p>${escape(text)}</p>`,
    svg === undefined ? "" : `<figure role="img" aria-label="${escape(heading)}">${svg}</figure>`,
    table === undefined ? "" : tableHtml(table),
    "</section>",
  ].join("\n");
}

function tableHtml({ head, rows, align = [], note }: Table): string {
  const cell = (tag: string, text: string, column: number): string =>
    `<${tag} class="${align[column] ?? "left"}">${escape(text)}</${tag.slice(0, 2)}>`;
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${row(head, 'th scope="col"')}</thead><tbody>${rows
    .map((cells) => row(cells, "td"))
    .join("")}</tbody></table></div>${note === undefined ? "" : `<p class="note">${escape(note)}</p>`}`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `
:root { color-scheme: light dark; --ink: #2e3440; --faint: #6b7484; --line: #d8dee9; --paper: #f7f8fa; --card: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9f0; --faint: #a3abba; --line: #434c5e; --paper: #20242c; --card: #2a2f39; } }
body { margin: 0 auto; max-width: 980px; padding: 32px 20px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { margin: 0; font-size: 26px; } h2 { margin: 36px 0 10px; font-size: 18px; }
header p, .note, footer { color: var(--faint); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 24px 0 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.facts .kept { border-left-color: #009e73; } .facts .broken { border-left-color: #d55e00; }
dt, small { color: var(--faint); font-size: 12px; } dd { margin: 0; font-size: 22px; font-weight: 600; }
figure { margin: 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; } figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin-top: 12px; width: 100%; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: left; } .right { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 40px; font-size: 13px; }
@media print { body { background: #fff; color: #000; } section { break-inside: avoid; } }
`;
