/** Answers `/sample`: gives out the folded decision tuples as JSONL, and takes in those of another origin. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { setImmediate } from "node:timers/promises";
import { Hono, type Context } from "hono";
import { formatTuple, type DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { readTuples } from "@spillway/shared/sample/tuple-lines.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import type { SampleDay } from "@spillway/store/operators/sample-store.ts";
import { readText } from "./body.ts";
import { audited } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { parametersOf } from "./parameters.ts";
import { refuse, refuseFor } from "./reply.ts";

const MEDIA_TYPE = "application/jsonl";
const TAKEN_TYPES = [MEDIA_TYPE, "application/x-ndjson", "text/plain"];
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MINUTES_PER_DAY = 1440;
const DAY_MS = 86_400_000;
/** So many tuples are read in one go; other requests wait for 2 ms. */
const TUPLES_AT_ONCE = 100;

export type SampleDeps = {
  readonly operatorStore: Pick<OperatorStore, "samples">;
  readonly nowMs: () => number;
};

export function sampleRoutes({ operatorStore, nowMs }: SampleDeps): Hono {
  const { samples } = operatorStore;
  return new Hono()
    .get("/sample", requireRole("viewer"), (c) => {
      const range = readRange(c);
      if ("issues" in range) return refuse(c, 400, "the range is not valid", range.issues);
      const lines = linesOf(samples.tuples(range.fromMs, range.untilMs));
      return c.body(ReadableStream.from<Uint8Array>(lines), 200, {
        "content-type": MEDIA_TYPE,
        "cache-control": "no-store",
      });
    })
    .get("/sample/days", requireRole("viewer"), async (c) => {
      const days = await samples.days();
      return c.json({ days: days.map(describeDay) });
    })
    .post("/sample", requireRole("operator"), async (c) => {
      const body = await readText(c, MAX_BODY_BYTES, TAKEN_TYPES);
      if (body.kind === "refused") return refuseFor(c, body);
      const read = await readAll(body.text);
      if (typeof read === "string") return refuse(c, 400, `${read}; nothing is imported`);
      const days = daysOf(read, nowMs());
      const own = await ownDays(samples, days);
      if (own.length > 0)
        return refuse(c, 409, `${own.join(", ")}: recorded by this origin itself; nothing is imported`);
      await samples.put(days);
      const imported = days.map(({ about }) => describeDay(about));
      await audited(c, {
        action: "sample.import",
        subject: `sample of ${counted(imported.length, "day")}`,
        after: imported.map(({ day, tuples }) => ({ day, tuples })),
      });
      return c.json({ days: imported }, 201);
    });
}

type Range = { readonly fromMs: number; readonly untilMs: number } | { readonly issues: readonly Issue[] };

function readRange(c: Context): Range {
  const parameters = parametersOf(c);
  const issues: Issue[] = [];
  const read = (key: string, otherwise: number): number => {
    const text = parameters.get(key);
    const ms = text === null ? otherwise : instantOf(text);
    if (ms === undefined)
      issues.push({
        key,
        reason: "must be a day such as 2026-07-10, or an instant such as 2026-07-10T20:00Z",
      });
    return ms ?? otherwise;
  };
  const fromMs = read("from", 0);
  const untilMs = read("until", Number.MAX_SAFE_INTEGER);
  return issues.length > 0 ? { issues } : { fromMs, untilMs };
}

function instantOf(text: string): number | undefined {
  const ms = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  return /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(ms) ? ms : undefined;
}

async function* linesOf(tuples: AsyncIterable<DecisionTuple>): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let lines = "";
  let count = 0;
  for await (const tuple of tuples) {
    lines += `${formatTuple(tuple)}\n`;
    if ((count += 1) % TUPLES_AT_ONCE !== 0) continue;
    yield encoder.encode(lines);
    lines = "";
    await setImmediate();
  }
  if (lines !== "") yield encoder.encode(lines);
}

/** All tuples, or what is wrong with the first bad line. */
async function readAll(text: string): Promise<readonly DecisionTuple[] | string> {
  const tuples: DecisionTuple[] = [];
  try {
    for (const tuple of readTuples(text.split("\n"), "line")) {
      tuples.push(tuple);
      if (tuples.length % TUPLES_AT_ONCE === 0) await setImmediate();
    }
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return tuples.length === 0 ? "there is no tuple" : tuples;
}

type ImportedDay = { readonly about: SampleDay; readonly tuples: readonly DecisionTuple[] };

function daysOf(tuples: readonly DecisionTuple[], storedMs: number): ImportedDay[] {
  return [...Map.groupBy(tuples, ({ minute }) => Math.floor(minute / MINUTES_PER_DAY))].map(([day, own]) => {
    const weight = own.reduce((sum, tuple) => sum + tuple.weight, 0);
    const about = {
      day,
      source: "imported",
      tuples: own.length,
      weight,
      withheld: 0,
      complete: true,
    } as const;
    return { about: { ...about, storedMs }, tuples: own };
  });
}

/** Of these, the days that this origin has recorded: they would be lost, or counted twice. */
async function ownDays(samples: OperatorStore["samples"], days: readonly ImportedDay[]): Promise<string[]> {
  const recorded = new Set(
    (await samples.days()).filter(({ source }) => source === "recorded").map(({ day }) => day),
  );
  return days.filter(({ about }) => recorded.has(about.day)).map(({ about }) => dayName(about.day));
}

function describeDay({ day, storedMs, ...about }: SampleDay) {
  return { day: dayName(day), ...about, stored: new Date(storedMs).toISOString() };
}

function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
