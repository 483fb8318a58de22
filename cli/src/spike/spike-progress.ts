/**
 * How far a spike is: what the command tells `start`, and `start` the pages; and the sentence for people.
 * Pure.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import * as z from "zod/mini";
import { RUNGS, type Counts } from "./spike-tally.ts";
import type { PhaseName } from "./schedule.ts";

const count = z.int().check(z.gte(0));
const countsSchema = z.object({
  visitors: count,
  byRung: z.record(z.enum(RUNGS), count),
  failed: count,
  notSent: count,
  late: count,
});

export const spikeProgressSchema = z.object({
  /** Of this run, so that two don't mix. */
  id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  phase: z.enum(["calm", "kick-off", "wall", "end", "over"]),
  atMs: z.number(),
  forMs: z.number(),
  thresholdPerSec: z.number(),
  peakPerSec: z.number(),
  /** In the last second. */
  recent: countsSchema,
  /** Since the start. */
  total: countsSchema,
});

export type SpikeProgress = {
  readonly id: string;
  readonly phase: PhaseName | "over";
  readonly atMs: number;
  readonly forMs: number;
  readonly thresholdPerSec: number;
  readonly peakPerSec: number;
  readonly recent: Counts;
  readonly total: Counts;
};

export type OriginState = "up" | "dead" | "starting";

/** One sentence that somebody understands who has never heard of Spillway. */
export function spikeSentence(progress: SpikeProgress | undefined, origin: OriginState): string {
  const dead =
    origin === "up" ? "" : origin === "dead" ? "The origin is dead. " : "The origin starts again. ";
  if (progress === undefined) {
    return origin === "up"
      ? "All is calm. Kick off a spike, and look at what a hundred times the load does to the pages."
      : `${dead}The edge still has a page for everybody.`;
  }
  const { phase, thresholdPerSec, recent, total } = progress;
  if (phase === "over") return `${dead}It is over: ${outcomeOf(total)}.`;
  const perSec = recent.visitors - recent.notSent;
  const rate = `${counted(perSec, "visitor")} a second`;
  if (phase === "calm")
    return `${dead}Calm before the kick-off: ${rate}, and the origin has time for each of them.`;
  const what = phase === "end" ? "The wall is over" : phase === "wall" ? "The wall" : "Kick-off";
  // What waits in a machine that is too small says nothing of who came.
  if (perSec === 0)
    return `${dead}${what}. This machine is busy: no visitor was answered in the last second.`;
  const times = Math.round(perSec / thresholdPerSec);
  const crowd = times >= 2 ? `, ${times} times what the origin has time for` : "";
  return `${dead}${what}: ${rate}${crowd}. ${capitalized(sharesOf(recent))}.`;
}

function outcomeOf(total: Counts): string {
  return `of ${counted(total.visitors - total.notSent, "visitor")} ${sharesOf(total)}`;
}

function sharesOf({ byRung, failed, visitors, notSent }: Counts): string {
  const sent = visitors - notSent;
  if (sent === 0) return "nobody came";
  const percent = (pages: number): string => {
    const share = (100 * pages) / sent;
    return `${share > 0 && share < 10 ? share.toFixed(1) : Math.round(share)} %`;
  };
  const { individual, tailored, cluster, parent, generic, builtin } = byRung;
  const parts = [
    [individual, "the origin's own page"],
    [tailored, "a page that the edge made for them"],
    [cluster + parent, "one for people like them"],
    [generic + builtin, "everybody's page"],
  ] as const;
  const served = parts
    .filter(([pages]) => pages > 0)
    .map(([pages, what], at) => `${percent(pages)}${at === 0 ? " got" : ""} ${what}`);
  const none = failed === 0 ? "nobody got an error" : `${failed} got no page`;
  return `${served.join(", ")}; ${none}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
