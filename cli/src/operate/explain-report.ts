/** What `spillway explain` finds out, and how it is printed. */
import { counted } from "@spillway/shared/protocol/counted.ts";

export type Step = { readonly id: string; readonly definition: string; readonly page: string };

/** `text` is what people call the value, where it does not say it itself. */
export type Signal = { readonly value: string; readonly from: string; readonly text?: string };

export type Explanation = {
  readonly url: string;
  readonly context: string;
  readonly signals: Readonly<Record<string, Signal>>;
  readonly rule?: {
    readonly number: number;
    /** `rule-3` where it has no name. */
    readonly name: string;
    readonly then: string;
    /** False where its cluster is not in the index. */
    readonly inForce: boolean;
  };
  /** The cluster of the rule in force, else of the learned index; then its ancestors up to everybody's. */
  readonly clusters: readonly Step[];
  readonly band: string;
  readonly thresholdPerSec: number;
  readonly mode: string;
  readonly served: { readonly underThreshold: string; readonly overThreshold: string };
};

function ruleLine(rule: Explanation["rule"]): string {
  if (rule === undefined) return "Rule       none matches; the learned index decides";
  const isNamed = rule.name !== `rule-${rule.number}`;
  const line = `Rule       number ${rule.number}${isNamed ? `, ${rule.name},` : ""} matches; then ${rule.then}`;
  return rule.inForce ? line : `${line}, which is no cluster of the index; the learned index decides`;
}

export function describe(explanation: Explanation): string {
  const signals = Object.entries(explanation.signals).map(
    ([name, { value, from, text }]) =>
      `  ${name.padEnd(9)} ${(text === undefined ? value : `${text} (${value})`).padEnd(24)} ${from}`,
  );
  const clusters = explanation.clusters.map(
    ({ id, definition, page }, at) =>
      `  ${at === 0 ? "cluster" : "parent "}   ${id}  (${definition})  ${page}`,
  );
  return [
    "Signals",
    ...signals,
    "",
    ruleLine(explanation.rule),
    ...(clusters.length === 0
      ? ["  There is no cluster index yet. To build one: pnpm spillway publish"]
      : clusters),
    "",
    `Band       ${explanation.band}, ${counted(String(explanation.thresholdPerSec), "individual answer")} per second, mode ${explanation.mode}`,
    `Served     ${explanation.served.underThreshold}` +
      (explanation.served.overThreshold === explanation.served.underThreshold
        ? ""
        : `; over the threshold, or when the origin fails, ${explanation.served.overThreshold}`),
  ].join("\n");
}
