/** The dry run in one sentence. Pure. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { DryRunResult, WorstMinute } from "./result.ts";
import type { Share } from "./estimate.ts";
import type { Outcome } from "./outcome.ts";

const MOST_FLOWS = 2;
/** What is shown as 0.00 % is not worth the sentence where something else is. */
const LEAST_SHARE = 0.00005;

export function sentenceOf({ sample, flows, origin }: Omit<DryRunResult, "sentence">): string {
  if (sample.tuples === 0) return "The sample has no tuples, so nothing can be told.";
  return `${flowsIn(flows)}; ${originIn(origin)}.`;
}

function flowsIn(flows: DryRunResult["flows"]): string {
  const told = flows.filter(({ share }, at) => at === 0 || share >= LEAST_SHARE);
  if (told.length === 0) return "Would change nothing for anybody in the sample";
  const parts = told
    .slice(0, MOST_FLOWS)
    .map(
      (flow, at) =>
        `${percentIn(flow)}${at === 0 ? " of requests" : ""} (±${errorIn(flow)}) from ${outcomeIn(flow.from)} to ${outcomeIn(flow.to)}`,
    );
  const more = told.length - parts.length;
  return `Would send ${parts.join(" and ")}${more === 0 ? "" : `, and ${counted(more, "smaller flow")}`}`;
}

function originIn({ worstBefore, worstAfter }: DryRunResult["origin"]): string {
  if (worstAfter === undefined || (worstAfter.askedPerSec === 0 && (worstBefore?.askedPerSec ?? 0) === 0))
    return "the origin is asked for nothing";
  if (worstAfter.askedPerSec === 0 && worstBefore !== undefined)
    return `the origin, asked for ${rateIn(worstBefore.askedPerSec)} in its worst minute, ${worstBefore.at}, is asked for nothing any more`;
  if (worstBefore === undefined)
    return `the origin's worst minute, ${worstAfter.at}, is at ${load(worstAfter)}`;
  const { at } = worstAfter;
  if (worstBefore.at !== at)
    return `the origin's worst minute, ${worstBefore.at} at ${rateIn(worstBefore.askedPerSec)}, becomes ${at} at ${load(worstAfter)}`;
  const [from, to] = [rateIn(worstBefore.askedPerSec), rateIn(worstAfter.askedPerSec)];
  if (from !== to) return `the origin's worst minute ${at} goes from ${from} to ${load(worstAfter)}`;
  const { thresholdPerSec: was } = worstBefore;
  const changed =
    was !== undefined && was !== worstAfter.thresholdPerSec ? `, which was ${numberIn(was)}` : "";
  return `the origin's worst minute stays ${at} at ${load(worstAfter, changed)}`;
}

function load({ askedPerSec, admittedPerSec, thresholdPerSec }: WorstMinute, changed = ""): string {
  const asked = rateIn(askedPerSec);
  if (thresholdPerSec === undefined) return `${asked}, with no threshold`;
  if (askedPerSec <= thresholdPerSec)
    return `${asked}, under its threshold of ${numberIn(thresholdPerSec)}${changed}`;
  return `${asked}, over its threshold of ${numberIn(thresholdPerSec)}${changed}, of which ${numberIn(admittedPerSec)} are admitted`;
}

export function outcomeIn(outcome: Outcome): string {
  return outcome === "cluster" ? "their cluster" : outcome;
}

/** Such as `3.1 %`; below one percent, two digits. */
export function percentIn({ share }: Pick<Share, "share">): string {
  return `${(100 * share).toFixed(decimalsOf(share))} %`;
}

/** The longer half of the interval, in points, as precise as the share. */
export function errorIn({ share, low, high }: Share): string {
  const points = 100 * Math.max(high - share, share - low);
  const text = points.toFixed(decimalsOf(share));
  return Number(text) === 0 ? points.toPrecision(1) : text;
}

function decimalsOf(share: number): number {
  return share < 0.01 ? 2 : 1;
}

export function rateIn(perSec: number): string {
  return `${numberIn(perSec)}/s`;
}

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });

export function numberIn(value: number): string {
  return value < 10 ? FINE.format(value) : WHOLE.format(value);
}
