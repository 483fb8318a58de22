/** Counts which rules decided in the last day, minute by minute, from the decision tuples of reports. */
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { ruleOfTuple } from "@spillway/shared/sample/unpack-tuple.ts";

/** What isolates have reported of a minute, or of some. */
export type HitsOfMinute = {
  readonly pages: number;
  /** The version that decided, the rule's name, and about how many pages. */
  readonly rules: readonly (readonly [version: number, name: string, pages: number])[];
};

export type RuleHits = {
  /** Counts a report that arrived now. */
  readonly add: (report: Pick<ServingReport, "records" | "tuples">, receivedMs: number) => void;
  readonly minute: (minute: number) => HitsOfMinute;
  /** What an earlier process has counted of minutes in which this one has counted nothing. */
  readonly restore: (minutes: readonly ({ readonly minute: number } & HitsOfMinute)[]) => void;
  /** Over the minutes from `fromMinute` on. */
  readonly sum: (fromMinute: number) => HitsOfMinute;
};

export const HITS_MINUTES = 1440;
const MINUTE_MS = 60_000;

type Counted = { pages: number; readonly rules: Map<string, number> };

export function createRuleHits(): RuleHits {
  const minutes = new Map<number, Counted>();
  const at = (minute: number): Counted => {
    const known = minutes.get(minute);
    if (known !== undefined) return known;
    const added = { pages: 0, rules: new Map<string, number>() };
    minutes.set(minute, added);
    if (minutes.size > HITS_MINUTES + 60)
      for (const old of minutes.keys()) if (old < minute - HITS_MINUTES) minutes.delete(old);
    return added;
  };
  return {
    add: ({ records, tuples = [] }, receivedMs) => {
      const newest = Math.floor(receivedMs / MINUTE_MS);
      const isKept = (minute: number): boolean => minute > newest - HITS_MINUTES;
      for (const { as, minute, calls } of records)
        if (as !== "none" && isKept(minute)) at(Math.min(newest, minute)).pages += calls;
      for (const [packed, weight] of tuples) {
        const decided = ruleOfTuple(packed);
        if (decided === undefined || !isKept(decided.minute)) continue;
        const { rules } = at(Math.min(newest, decided.minute));
        const key = `${decided.version} ${decided.rule}`;
        rules.set(key, (rules.get(key) ?? 0) + weight);
      }
    },
    minute: (minute) => hitsOf(minutes.has(minute) ? [at(minute)] : []),
    restore: (kept) => {
      for (const { minute, pages, rules } of kept) {
        const counted = at(minute);
        counted.pages += pages;
        for (const [version, name, hits] of rules) {
          const key = `${version} ${name}`;
          counted.rules.set(key, (counted.rules.get(key) ?? 0) + hits);
        }
      }
    },
    sum: (fromMinute) => hitsOf([...minutes].flatMap(([minute, one]) => (minute >= fromMinute ? [one] : []))),
  };
}

function hitsOf(counted: readonly Counted[]): HitsOfMinute {
  const rules = new Map<string, number>();
  for (const one of counted)
    for (const [key, hits] of one.rules) rules.set(key, (rules.get(key) ?? 0) + hits);
  return {
    pages: counted.reduce((sum, { pages }) => sum + pages, 0),
    rules: [...rules].map(([key, hits]) => {
      const space = key.indexOf(" ");
      return [Number(key.slice(0, space)), key.slice(space + 1), Number(hits.toFixed(1))];
    }),
  };
}
