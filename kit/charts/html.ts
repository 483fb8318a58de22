/** A report as one HTML file that needs neither script nor network. */
import { HTML_STYLE } from "./html-style.ts";
import type { Table } from "./table-shape.ts";

export type HtmlReport = {
  readonly title: string;
  readonly subtitle: string;
  /** The headline figures. */
  readonly facts: readonly {
    readonly label: string;
    readonly value: string;
    readonly note?: string;
    /** Whether what was promised or aimed at is met; undefined where nothing was. */
    readonly ok?: boolean;
  }[];
  readonly sections: readonly {
    readonly heading: string;
    readonly text?: string;
    /** Markup, from `charts.ts`: the one text that is not escaped. */
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
<style>${HTML_STYLE}</style>
</head>
<body>
<header><h1>${escape(title)}</h1><p>${escape(subtitle)}</p></header>
<main>
${facts.length === 0 ? "" : `<dl class="facts">${facts.map(fact).join("")}</dl>`}
${sections.map(section).join("\n")}
</main>
<footer>${escape(footer)}</footer>
</body>
</html>
`;
}

function fact({ label, value, note, ok }: HtmlReport["facts"][number]): string {
  const verdict = ok === undefined ? "" : `<b>${ok ? "✓ met" : "✗ not met"}</b>`;
  const said = [verdict, escape(note ?? "")].filter((text) => text !== "").join(" · ");
  const kind = ok === undefined ? "plain" : ok ? "met" : "missed";
  return `<div class="${kind}"><dt>${escape(label)}</dt><dd>${escape(value)}</dd>${said === "" ? "" : `<dd class="said">${said}</dd>`}</div>`;
}

function section({ heading, text, svg, table }: HtmlReport["sections"][number]): string {
  return [
    `<section><h2>${escape(heading)}</h2>`,
    text === undefined ? "" : `<p>${escape(text)}</p>`,
    svg === undefined ? "" : `<figure>${svg}</figure>`,
    table === undefined ? "" : tableHtml(table),
    "</section>",
  ].join("\n");
}

function tableHtml({ head, rows, align = [], note }: Table): string {
  const cell = (tag: string, attributes: string, text: string, column: number): string =>
    `<${tag}${attributes}${align[column] === "right" ? ' class="right"' : ""}>${escape(text)}</${tag}>`;
  const headings = head.map((text, column) => cell("th", ' scope="col"', text, column)).join("");
  const body = rows.map(
    ([first = "", ...others]) =>
      `<tr>${cell("th", ' scope="row"', first, 0)}${others.map((text, index) => cell("td", "", text, index + 1)).join("")}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table><thead><tr>${headings}</tr></thead><tbody>${body.join("")}</tbody></table></div>${
    note === undefined ? "" : `<p class="note">${escape(note)}</p>`
  }`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
