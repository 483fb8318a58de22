/** How many calls there were, by second, by night and band, and by category: what steps, bursts and thresholds are found in. */
import { AGENT_CLASSES } from "./agent-class.ts";
import { DAY_MINUTES, QUARTER_S, type Calendar } from "./calendar.ts";

export type CallCounts = {
  /** GETs by second since the calendar's start; what operators have marked is not in it. */
  readonly bySecond: Uint32Array;
  /** Night × band, and night × local hour: GETs without what operators have marked. */
  readonly byBand: Float64Array;
  readonly byHour: Float64Array;
  /** By minute since the calendar's start: GETs of self-declared crawlers and of tools. */
  readonly robotsByMinute: Uint32Array;
  /** GETs by night that operators have marked. */
  readonly knownByNight: Float64Array;
  readonly postsByNight: Float64Array;
  readonly byAgentClass: Float64Array;
  /** False: all times are whole minutes, and no second of them means anything. */
  readonly seconds: () => boolean;
  readonly addGet: (timeS: number, night: number, minute: number, agentClass: number, count: number) => void;
};

const CRAWLER = AGENT_CLASSES.indexOf("crawler");
const TOOL = AGENT_CLASSES.indexOf("tool");

export function createCallCounts({ startS, endS, nights, bands, bandOfMinute }: Calendar): CallCounts {
  const bySecond = new Uint32Array(endS - startS);
  const byBand = new Float64Array(nights.length * bands.length);
  const byHour = new Float64Array(nights.length * 24);
  const robotsByMinute = new Uint32Array((endS - startS) / 60);
  const byAgentClass = new Float64Array(AGENT_CLASSES.length);
  let seconds = false;
  return {
    bySecond,
    byBand,
    byHour,
    robotsByMinute,
    knownByNight: new Float64Array(nights.length),
    postsByNight: new Float64Array(nights.length),
    byAgentClass,
    seconds: () => seconds,
    addGet: (timeS, night, minute, agentClass, count) => {
      const second = timeS - startS;
      bySecond[second]! += count;
      byBand[night * bands.length + bandOfMinute[minute]!]! += count;
      byHour[night * 24 + Math.floor(minute / 60)]! += count;
      byAgentClass[agentClass]! += count;
      if (agentClass === CRAWLER || agentClass === TOOL) robotsByMinute[Math.floor(second / 60)]! += count;
      seconds ||= second % 60 !== 0;
    },
  };
}

/** Local minute of the day at a second since the calendar's start. */
export function localMinute({ minuteOfQuarter }: Calendar, second: number): number {
  const quarter = Math.floor(second / QUARTER_S);
  return (minuteOfQuarter[quarter]! + Math.floor((second - quarter * QUARTER_S) / 60)) % DAY_MINUTES;
}
