/**
 * The figures of the README, from docs/figures.json: each with what measured it, on which machine and when,
 * the output that has it, and where it is said.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const PATH = fileURLToPath(new URL("../../docs/figures.json", import.meta.url));

const figureSchema = z.strictObject({
  what: z.string(),
  /** As the documents say them; sentences have their names in braces. */
  values: z.record(z.string(), z.string().check(z.regex(/^\d[\d.,]*(?: (?:%|T|s|ms))?$/))),
  /** What the run's output has, blanks as one; `*` is any word. It may have more decimals. */
  printed: z.string(),
  said: z.array(z.strictObject({ document: z.string(), text: z.string() })).check(z.minLength(1)),
});

const runSchema = z.strictObject({
  command: z.string(),
  machine: z.string(),
  date: z.iso.date(),
  /** It has the run's output. */
  document: z.string(),
  figures: z.array(figureSchema),
});

type Run = z.infer<typeof runSchema>;
/** A figure, and the run that measured it. */
export type Figure = Omit<Run, "figures"> & z.infer<typeof figureSchema>;

/** Throws an error that names what is wrong in the file. */
export function readFigures(): readonly Figure[] {
  const runs = z.array(runSchema).parse(JSON.parse(readFileSync(PATH, "utf8")));
  return runs.flatMap(({ figures, ...run }) => figures.map((figure) => ({ ...run, ...figure })));
}

/** `text` of a document with every figure that it says. Throws where a sentence is not there exactly once. */
export function withFigures(document: string, text: string, figures: readonly Figure[]): string {
  let filled = text;
  for (const { values, said } of figures) {
    for (const place of said.filter((one) => one.document === document)) {
      const sentence = new RegExp(patternOf(place.text), "g");
      const { length } = [...filled.matchAll(sentence)];
      if (length !== 1)
        throw new RangeError(`${document} has ${JSON.stringify(place.text)} ${length} times, and not once`);
      filled = filled.replace(sentence, () =>
        place.text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""),
      );
    }
  }
  return filled;
}

/** What the output in `text` has in the place of each value; undefined where there is no such output. */
export function printedValues(
  { printed }: Figure,
  text: string,
): Readonly<Record<string, string>> | undefined {
  const pattern = patternOf(printed).replaceAll("\\*", "\\S+");
  return new RegExp(pattern).exec(text.replace(/\s+/g, " "))?.groups;
}

/** Whether `printed` is `value` with as many decimals or more: 61.79 % is 62 %. */
export function isRounded(value: string, printed: string): boolean {
  const [figure = "", unit = ""] = value.split(" ");
  const [measured = "", of = ""] = printed.split(" ");
  const decimals = figure.split(".")[1]?.length ?? 0;
  return unit === of && numberOf(measured).toFixed(decimals) === numberOf(figure).toFixed(decimals);
}

export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, values, command, machine, date, document }) => {
    const told = Object.entries(values).map(([name, value]) =>
      Object.keys(values).length === 1 ? value : `${name} ${value}`,
    );
    const link = `[output](${document.replace(/^docs\//, "")})`;
    return `| ${what} | ${told.join(", ")} | \`${command}\` | ${machine} | ${date} | ${link} |`;
  });
  return ["| what | figure | command | machine | date | |", "|---|---|---|---|---|---|", ...rows].join("\n");
}

/** `{name}` is the value of that name, whatever it is now. */
function patternOf(template: string): string {
  const names = new Set<string>();
  return RegExp.escape(template).replace(/\\\{(\w+)\\\}/g, (_, name: string) => {
    if (names.has(name)) throw new RangeError(`${template} has {${name}} twice`);
    names.add(name);
    return String.raw`(?<${name}>\d[\d.,]*(?: (?:%|T|s|ms))?)`;
  });
}

function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}
