/** The answers with reports and rehearsals, as zod schemas: the OpenAPI document is made from them. */
import * as z from "zod/mini";
import { REHEARSALS, rehearsalSchema } from "@spillway/simulation/rehearsal/parameters.ts";
import { REPORTS } from "../reports/messages.ts";

const text = z.string();
const number = z.number();
const flag = z.boolean();

const tableSchema = z.object({
  head: z.array(text),
  rows: z.array(z.array(text)),
  align: z.optional(z.array(z.enum(["left", "right"]))),
  note: z.optional(text),
});

const chartSchema = z.object({
  title: text,
  subtitle: z.optional(text),
  xLabel: text,
  yLabel: text,
  x: z.array(number),
  logX: z.optional(flag),
  lines: z.array(
    z.object({
      name: text,
      /** Null: nothing is known there. */
      values: z.array(z.nullable(number)),
      color: z.optional(text),
      dashed: z.optional(flag),
      area: z.optional(flag),
      step: z.optional(flag),
      pointLabels: z.optional(z.array(text)),
    }),
  ),
  logScale: z.optional(flag),
  isStacked: z.optional(flag),
  marks: z.optional(z.array(z.object({ at: number, label: text }))),
  levels: z.optional(z.array(z.object({ value: number, label: text }))),
  bands: z.optional(z.array(z.object({ from: number, to: number, label: text }))),
});

const viewSchema = z.object({
  title: text,
  subtitle: text,
  facts: z.array(z.object({ label: text, value: text, note: z.optional(text), ok: z.optional(flag) })),
  sections: z.array(
    z.object({
      heading: text,
      text: z.optional(text),
      table: z.optional(tableSchema),
      chart: z.optional(chartSchema),
      bars: z.optional(
        z.object({
          title: text,
          bars: z.array(z.object({ name: text, share: number, low: number, high: number })),
        }),
      ),
    }),
  ),
  footer: text,
});

export const reportSchema = z.object({
  report: z.enum(REPORTS),
  from: text,
  day: text,
  days: number,
  timeZone: text,
  command: text,
  isEmpty: flag,
  isOver: flag,
  recorded: z.nullable(z.object({ first: text, last: text })),
  made: text,
  view: viewSchema,
});

const stateSchema = z.union([
  z.object({
    kind: z.literal("running"),
    progress: z.nullable(z.object({ done: number, total: number })),
  }),
  z.object({ kind: z.literal("done"), elapsedS: number, sentence: text, holds: z.nullable(flag) }),
  z.object({ kind: z.literal("cancelled") }),
  z.object({ kind: z.literal("failed"), reason: text }),
]);

export const startedRehearsalSchema = z.object({
  id: text,
  startedAt: text,
  by: text,
  rehearsal: z.extend(z.required(rehearsalSchema), {
    scenario: z.enum(REHEARSALS),
    viewers: z.optional(text),
  }),
  command: text,
  state: stateSchema,
});

const limits = z.object({ least: number, most: number, value: number });

export const rehearsalsSchema = z.object({
  scenarios: z.array(z.object({ name: z.enum(REHEARSALS), about: text })),
  limits: z.object({
    seed: limits,
    thresholdPerSec: limits,
    base: limits,
    peak: limits,
    locations: limits,
    isolatePerSec: limits,
    originInstances: limits,
    maxInFlight: limits,
    deadlineMs: limits,
  }),
  rehearsals: z.array(startedRehearsalSchema),
});
export const rehearsalResultSchema = z.extend(startedRehearsalSchema, { view: z.optional(viewSchema) });
export const cancelledSchema = z.object({ cancelled: z.literal(true) });
