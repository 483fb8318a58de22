/** The generated documents: what they should hold now. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cliPage } from "./cli-page.ts";
import { configTables } from "./config-tables.ts";
import { figuresTable, readFigures, withFigures, type Figure } from "./figures.ts";
import { edgeMetricsTable, metricsTable } from "./metrics-table.ts";

export const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

export type Generated = { readonly path: string; readonly text: string };

/** Documents that people write, with tables between markers that the code writes. */
function withGeneratedTables(figures: readonly Figure[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map([
    ["docs/configuration.md", configTables()],
    ["docs/benchmarks.md", new Map([["figures", figuresTable(figures)]])],
    [
      "docs/operate/monitoring.md",
      new Map([
        ["metrics", metricsTable()],
        ["edge metrics", edgeMetricsTable()],
      ]),
    ],
  ]);
}

export async function generatedDocuments(): Promise<Generated[]> {
  const figures = readFigures();
  const tables = withGeneratedTables(figures);
  const paths = new Set([
    ...tables.keys(),
    ...figures.flatMap(({ said }) => said.map(({ document }) => document)),
  ]);
  return [
    { path: "docs/cli.md", text: await cliPage() },
    ...[...paths].map((path) => {
      const text = readFileSync(join(REPOSITORY, path), "utf8");
      return { path, text: withFigures(path, fill(text, tables.get(path) ?? new Map()), figures) };
    }),
  ];
}

/** `text` with each table between its markers; throws where a marker has no table or a table no marker. */
function fill(text: string, tables: ReadonlyMap<string, string>): string {
  const left = new Set(tables.keys());
  const filled = text.replace(
    /(<!-- generated: (.+?) -->\n)[^]*?(<!-- \/generated -->)/g,
    (_, open: string, name: string, close: string) => {
      const table = tables.get(name);
      if (table === undefined) throw new RangeError(`no table ${JSON.stringify(name)}`);
      left.delete(name);
      return `${open}\n${table}\n\n${close}`;
    },
  );
  if (left.size > 0) throw new RangeError(`no marker for ${[...left].join(", ")}`);
  return filled;
}
