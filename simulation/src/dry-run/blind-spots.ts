/** What a sample cannot tell about a change of rules, said in sentences. Pure. */
import { formatCount } from "@spillway/kit/charts/table.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { DryRunInput } from "./dry-run-input.ts";
import type { ConditionField } from "@spillway/shared/routing/rules/condition-tree.ts";
import type { DryRouting } from "./decide.ts";
import type { ChainRule } from "./rule-chain.ts";
import { effectiveSize, type Sums } from "./estimate.ts";

export type BlindSpot = {
  readonly about:
    | "few-tuples"
    | "missing-days"
    | "folded"
    | "country"
    | "instant"
    | "version"
    | "worst-minute"
    | "minute-shape"
    | "index"
    | "rules-before";
  readonly text: string;
};

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1440;
/** With so few, a share of 1 % is known to half a point. */
const LEAST_RELEARNED = 0.001;
const FEW_TUPLES = 1500;

export class BlindSpots {
  readonly #input: DryRunInput;
  readonly #folded = new Map<string, number>();
  readonly #versions = new Map<number, number>();
  readonly #days = new Set<number>();
  #noCountry = 0;
  #relearned = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(input: DryRunInput) {
    this.#input = input;
  }

  get span(): { readonly firstMinute: number; readonly lastMinute: number } | undefined {
    return this.#last < this.#first ? undefined : { firstMinute: this.#first, lastMinute: this.#last };
  }

  /** UTC days with tuples, as days since 1970, ascending. */
  get days(): readonly number[] {
    return [...this.#days].toSorted((a, b) => a - b);
  }

  get versions(): readonly number[] {
    return [...this.#versions.keys()].toSorted((a, b) => a - b);
  }

  /** `own`: the cluster that the replay takes the visitor to be of. */
  add(
    { minute, folded, country, version, weight, signals, rule, cluster }: DecisionTuple,
    own: string | undefined,
  ): void {
    this.#first = Math.min(this.#first, minute);
    this.#last = Math.max(this.#last, minute);
    this.#days.add(Math.floor(minute / MINUTES_A_DAY));
    this.#versions.set(version, (this.#versions.get(version) ?? 0) + weight);
    for (const name of folded ?? []) this.#folded.set(name, (this.#folded.get(name) ?? 0) + weight);
    const { assign } = this.#input;
    const isIndexed = rule === undefined && cluster !== undefined && folded === undefined;
    if (assign !== undefined && isIndexed && (cluster !== own || assign(signals) !== own))
      this.#relearned += weight;
    if (country === undefined && folded?.includes("country") !== true) this.#noCountry += weight;
  }

  /** What is known only at the end comes last. */
  tell(whole: Sums): BlindSpot[] {
    const { before, after, assign, atMinute } = this.#input;
    const part = (requests: number): string => percent(requests / whole.requests);
    const rules = [...new Set([...(before?.rules ?? []), ...after.rules])];
    return [
      ...(before === undefined
        ? [
            {
              about: "rules-before" as const,
              text: "The rules in force were not there to be replayed: what was recorded stands for them, and thresholds are taken to be those of the new rules.",
            },
          ]
        : []),
      ...few(whole),
      ...missingDays(this.days),
      ...this.#ofVersion(before, part),
      ...foldedFields(rules, this.#folded, part),
      ...unknownCountry(rules, this.#noCountry, part),
      ...(atMinute === undefined ? this.#ofTimes(rules) : []),
      ...(assign === undefined
        ? [
            {
              about: "index" as const,
              text: "No cluster index: each visitor's cluster is the one that was recorded, and whether the clusters that rules name exist is not checked.",
            },
          ]
        : []),
      ...relearned(this.#relearned, whole),
    ];
  }

  #ofVersion(before: DryRouting | undefined, part: (requests: number) => string): BlindSpot[] {
    const version = before?.version;
    if (version === undefined) {
      const several = this.versions;
      if (several.length < 2) return [];
      return [
        {
          about: "version",
          text: `The tuples obeyed versions ${several.join(", ")}; one file cannot be what all of them obeyed.`,
        },
      ];
    }
    const own = this.#versions.get(version) ?? 0;
    const others = this.versions.filter((other) => other !== version);
    if (others.length === 0) return [];
    const rest = [...this.#versions].reduce(
      (sum, [other, weight]) => (other === version ? sum : sum + weight),
      0,
    );
    return [
      {
        about: "version",
        text:
          own === 0
            ? `No tuple obeyed version ${version}, which is in force; those of ${others.join(", ")} are replayed, and nothing shows that the replay is right.`
            : `${part(rest)} of requests obeyed other versions (${others.join(", ")}) than ${version}, which is in force: their shares are taken in expectation.`,
      },
    ];
  }

  #ofTimes(rules: readonly ChainRule[]): BlindSpot[] {
    const { span } = this;
    if (span === undefined) return [];
    const [fromMs, untilMs] = [span.firstMinute * MINUTE_MS, (span.lastMinute + 1) * MINUTE_MS];
    return rules
      .filter((rule) => rule.fromMs >= untilMs || rule.untilMs <= fromMs)
      .map(({ name, fromMs: from, untilMs: until }) => ({
        about: "instant",
        text: `Rule ${name} holds ${from >= untilMs ? `from ${instant(from)}, after` : `until ${instant(until)}, before`} the sample (${instant(fromMs)} to ${instant(untilMs)}): to see it, say --at.`,
      }));
  }
}

function relearned(requests: number, whole: Sums): BlindSpot[] {
  const share = requests / whole.requests;
  if (!(share >= LEAST_RELEARNED)) return [];
  const text = `The index has been learned anew: ${percent(share)} of requests would be of another cluster today. They are replayed with the cluster that was recorded, as far as there is one.`;
  return [{ about: "index", text }];
}

function few(whole: Sums): BlindSpot[] {
  const size = Math.round(effectiveSize(whole));
  if (size >= FEW_TUPLES) return [];
  const half = 1.96 * Math.sqrt((0.01 * 0.99) / Math.max(1, size));
  return [
    {
      about: "few-tuples",
      text: `Few tuples: ${formatCount(whole.tuples)}, which tell as much as ${formatCount(size)} of equal weight. A share of 1 % is known to about ${(100 * half).toFixed(1)} points.`,
    },
  ];
}

function missingDays(days: readonly number[]): BlindSpot[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const there = new Set(days);
  const missing: string[] = [];
  for (let day = first; day < last; day += 1) if (!there.has(day)) missing.push(dayText(day));
  if (missing.length === 0) return [];
  const shown = missing.length > 7 ? [...missing.slice(0, 7), `and ${missing.length - 7} more`] : missing;
  return [{ about: "missing-days", text: `Days without tuples: ${shown.join(", ")}.` }];
}

function foldedFields(
  rules: readonly ChainRule[],
  folded: ReadonlyMap<string, number>,
  part: (requests: number) => string,
): BlindSpot[] {
  return [...folded].flatMap(([field, requests]) => {
    const names = namesOf(rules, field);
    if (names.length === 0) return [];
    return [
      {
        about: "folded" as const,
        text: `In ${part(requests)} of requests the ${field} is folded, since too few visitors had it: ${asking(names)} for it, may match up to that many more.`,
      },
    ];
  });
}

function unknownCountry(
  rules: readonly ChainRule[],
  requests: number,
  part: (requests: number) => string,
): BlindSpot[] {
  const names = namesOf(rules, "country");
  if (names.length === 0 || requests === 0) return [];
  return [
    {
      about: "country",
      text: `In ${part(requests)} of requests the country is not known: ${asking(names)} for it, may match up to that many more.`,
    },
  ];
}

function namesOf(rules: readonly ChainRule[], field: string): string[] {
  return [
    ...new Set(rules.filter(({ fields }) => fields.has(field as ConditionField)).map(({ name }) => name)),
  ];
}

function asking(names: readonly string[]): string {
  const [only = ""] = names;
  return names.length === 1 ? `rule ${only}, which asks` : `rules ${names.join(", ")}, which ask`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** As `2026-07-10T20:00Z`. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

export function dayText(day: number): string {
  return new Date(day * MINUTES_A_DAY * MINUTE_MS).toISOString().slice(0, 10);
}
