/**
 * Counts of calls by second, day, band, category and agent class. Steps, bursts and thresholds are computed
 * from them.
 */
import { AGENT_CLASSES } from "./agent-class.ts";
import type { Calendar } from "./calendar.ts";

export type CallCounts = {
  /** GETs by second since the calendar's start, without known traffic. */
  readonly bySecond: Uint32Array;
  /** GETs by day and band, without known traffic. */
  readonly byBand: Float64Array;
  /** GETs of self-declared crawlers and of tools, by minute since the calendar's start. */
  readonly robotsByMinute: Uint32Array;
  /** GETs of known traffic by day. */
  readonly knownByDay: Float64Array;
  readonly postsByDay: Float64Array;
  readonly byAgentClass: Float64Array;
  /** False when all times are whole minutes, so that their seconds mean nothing. */
  readonly seconds: () => boolean;
  readonly addGet: (timeS: number, day: number, agentClass: number, count: number) => void;
};

const CRAWLER = AGENT_CLASSES.indexOf("crawler");
const TOOL = AGENT_CLASSES.indexOf("tool");

export function createCallCounts({ startS, endS, days, bands, bandOfMinute }: Calendar): CallCounts {
  const bySecond = new Uint32Array(endS - startS);
  const byBand = new Float64Array(days.length * bands.length);
  const robotsByMinute = new Uint32Array((endS - startS) / 60);
  const byAgentClass = new Float64Array(AGENT_CLASSES.length);
  let seconds = false;
  return {
    bySecond,
    byBand,
    robotsByMinute,
    knownByDay: new Float64Array(days.length),
    postsByDay: new Float64Array(days.length),
    byAgentClass,
    seconds: () => seconds,
    addGet: (timeS, day, agentClass, count) => {
      const second = timeS - startS;
      const minute = Math.floor(second / 60);
      bySecond[second]! += count;
      byBand[day * bands.length + bandOfMinute[minute]!]! += count;
      byAgentClass[agentClass]! += count;
      if (agentClass === CRAWLER || agentClass === TOOL) robotsByMinute[minute]! += count;
      seconds ||= second % 60 !== 0;
    },
  };
}
