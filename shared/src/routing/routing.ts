/**
 * The operator's routing: bands with their thresholds, deadline, mode and rules. It is written as
 * `edge/routing.toml` and validated here; the origin's gate and every edge isolate follow it.
 */
import * as z from "zod/mini";
import { armedClock, windowAround } from "../admission/armed-windows.ts";
import { expectedSchema } from "./expected.ts";
import { holdoutSchema, type Holdout } from "./holdout.ts";
import {
  MAX_THRESHOLD_PER_SEC,
  modeAt,
  MODES,
  thresholdAt,
  type Mode,
  type ModeOverride,
} from "./mode-override.ts";
import { compileTailoring, tailoringSchema, type Tailoring } from "./tailoring.ts";
import { compileRules } from "./rules/compile-rules.ts";
import type { CompiledRules } from "./rules/rule-input.ts";
import { OUTCOMES, rulesSchema } from "./rules/rule-schema.ts";
import { toIssues, type Issue } from "../protocol/zod-issues.ts";

export const SAME_BAND = {
  from: "starts at the same time as another band",
  name: "is the name of another band",
} as const;

const bandSchema = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z0-9 _-]{1,32}$/, "must be 1–32 letters, digits, spaces, - or _")),
  from: z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a local time of day such as 18:30")),
  threshold_per_s: z.number().check(z.gte(0), z.lte(MAX_THRESHOLD_PER_SEC)),
});

export const routingSchema = z.strictObject({
  time_zone: z.string().check(z.refine(isTimeZone, "is not a time zone of the IANA database")),
  mode: z._default(z.enum(MODES), "auto"),
  deadline_ms: z._default(z.int().check(z.gte(10), z.lte(10_000)), 250),
  bands: z
    .array(bandSchema)
    .check(z.minLength(1, "must name at least one band"), z.maxLength(48), unique("from"), unique("name")),
  rules: z._default(rulesSchema, []),
  /** For all rules that do not say it themselves. Absent, so that older edges know each key of most files. */
  allow_unknown: z.optional(z.boolean()),
  /** When crowds are expected. Absent where none is. */
  expected: z.optional(expectedSchema),
  /** False: the catalogue's matches arm nothing. */
  expect_matches: z.optional(z.boolean()),
  /** When absent, nobody is held out. */
  holdout: z.optional(holdoutSchema),
  /** When absent, a viewer's history may travel by both carriers. */
  tailoring: z.optional(tailoringSchema),
});

/** The validated file; the keys are the file's own. */
export type Routing = z.infer<typeof routingSchema>;
export type Band = Routing["bands"][number];

/** Routing as the origin stores and publishes it. */
export type PublishedRouting = {
  readonly version: number;
  readonly routing: Routing;
  /** A mode that holds for a while, whatever the routing says. */
  readonly override?: ModeOverride | undefined;
  /** When the catalogue's matches begin, in milliseconds since 1970. */
  readonly kickOffs?: readonly number[] | undefined;
};

export type RoutingVersion = PublishedRouting & {
  /** The text of the file as it was pushed, with its comments. */
  readonly source: string;
  readonly note: string | undefined;
  readonly pushedMs: number;
  /** Whose token pushed it; undefined where nobody has. */
  readonly by?: string | undefined;
};

function unique(key: "from" | "name") {
  return z.superRefine<{ from: string; name: string }[]>((bands, context) => {
    bands.forEach((band, at) => {
      if (bands.findIndex((other) => other[key] === band[key]) < at) {
        context.addIssue({
          code: "custom",
          path: [at, key],
          message: `${band[key]} ${SAME_BAND[key]}`,
          input: band,
        });
      }
    });
  });
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export type RoutingResult =
  | { readonly ok: true; readonly routing: Routing }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function parseRouting(value: unknown): RoutingResult {
  const parsed = routingSchema.safeParse(value);
  return parsed.success ? { ok: true, routing: parsed.data } : { ok: false, issues: toIssues(parsed.error) };
}

/** `rule` counts from 0. */
export type RuleCluster = { readonly rule: number; readonly cluster: string };

/** What rules say of their outcomes, also in a file that has errors. */
export type RuleTargets = Pick<Routing, "allow_unknown"> & {
  readonly rules: readonly Pick<Routing["rules"][number], "then" | "allow_unknown">[];
};

/** The learned clusters that rules name. */
export function clustersOfRules({ rules }: Pick<RuleTargets, "rules">): RuleCluster[] {
  return rules.flatMap(({ then }, rule) =>
    OUTCOMES.some((outcome) => outcome === then) ? [] : [{ rule, cluster: then }],
  );
}

export type CompiledRouting = {
  readonly version: number;
  /** The routing's own mode. */
  readonly mode: Mode;
  /** The mode that holds at an instant: the routing's own, or that of an override. */
  readonly modeAt: (nowMs: number) => Mode;
  readonly deadlineMs: number;
  readonly holdout: Holdout | undefined;
  readonly tailoring: Tailoring;
  /**
   * Returns the band at an instant. It compares local time in the operator's zone, so daylight saving needs
   * no special case.
   */
  readonly bandAt: (nowMs: number) => Band;
  /** The threshold that holds at an instant: the band's, or that of an override. */
  readonly thresholdAt: (nowMs: number) => number;
  /** When the armed window began that holds at an instant, if one does. */
  readonly armedFrom: (nowMs: number) => number | undefined;
  readonly ruleClusters: readonly RuleCluster[];
  readonly rules: CompiledRules;
};

const MINUTE_MS = 60_000;

export function compileRouting({
  version,
  routing,
  override,
  kickOffs = [],
}: PublishedRouting): CompiledRouting {
  const bandAt = bandClock(routing);
  const matches = routing.expect_matches === false ? [] : kickOffs;
  return {
    version,
    mode: routing.mode,
    modeAt: (nowMs) => modeAt(routing.mode, override, nowMs),
    deadlineMs: routing.deadline_ms,
    holdout: routing.holdout,
    tailoring: compileTailoring(routing.tailoring),
    bandAt,
    thresholdAt: (nowMs) => thresholdAt(bandAt(nowMs).threshold_per_s, override, nowMs),
    armedFrom: armedClock([
      ...(routing.expected ?? []),
      ...matches.map((startsMs) => windowAround(startsMs)),
    ]),
    ruleClusters: clustersOfRules(routing),
    rules: compileRules(routing.rules),
  };
}

function bandClock(routing: Routing): (nowMs: number) => Band {
  const byStart = routing.bands.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: routing.time_zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  // Formatting takes microseconds, and a band can only change on the minute, so once a minute is enough.
  let minute = Number.NaN;
  let band: Band | undefined;
  return (nowMs) => {
    const nowMinute = Math.floor(nowMs / MINUTE_MS);
    if (band === undefined || nowMinute !== minute) {
      const timeOfDay = format.format(nowMs);
      minute = nowMinute;
      // Before the first band of the day, the last band of yesterday still holds.
      band = byStart.findLast(({ from }) => from <= timeOfDay) ?? byStart.at(-1);
    }
    if (band === undefined) throw new RangeError("routing has at least one band");
    return band;
  };
}
