import { describe, expect, test } from "vitest";
import { AGENT_CLASSES } from "./agent-class.ts";
import { scoreOf, SUSPECT_BITS, weigh, type EvidenceKind, type Surroundings } from "./evidence.ts";
import type { Habit } from "./habits.ts";

const HABIT: Habit = {
  actor: 1,
  nights: 5,
  bareNights: 5,
  postNights: 0,
  reads: 6,
  readsPer: "night",
  sameReads: 5,
  nearReads: 0,
  startMinute: 840,
  sameWindow: 5,
  spanMinutes: 10,
  agents: 1 << AGENT_CLASSES.indexOf("desktop"),
  network: 1,
  olderNights: 0,
  playedNights: 0,
  olderViewingNights: 0,
  countedNights: [],
};
const AROUND: Surroundings = {
  hasPosts: true,
  reference: "before-step",
  onsetBits: 6,
  isListed: false,
  idsOnNetwork: 1,
};

function bits(
  habit: Partial<Habit>,
  around: Partial<Surroundings> = {},
): Partial<Record<EvidenceKind, number>> {
  const evidence = weigh({ ...HABIT, ...habit }, { ...AROUND, ...around });
  return Object.fromEntries(evidence.map(({ kind, bits: own }) => [kind, own]));
}

describe("evidence", () => {
  test.each<[EvidenceKind, number, Partial<Habit>, Partial<Surroundings>]>([
    ["homepage-only", 4, {}, {}],
    ["homepage-only", -2.1, { bareNights: 3 }, {}],
    ["same-reads", 6, {}, {}],
    ["same-reads", 2.8, { sameReads: 1, nearReads: 4 }, {}],
    ["same-reads", 0, { reads: 2 }, {}],
    ["same-window", 4, {}, {}],
    ["same-window", -2, { spanMinutes: 600 }, {}],
    ["same-window", -2, { sameWindow: 1 }, {}],
    ["no-post", 3, {}, {}],
    ["no-post", -3.25, { postNights: 2, nights: 3 }, {}],
    ["no-post", 0, {}, { hasPosts: false }],
    ["kiosks-do-so-too", -6, {}, {}],
    ["kiosks-do-so-too", -7.5, {}, { idsOnNetwork: 9000 }],
    ["kiosks-do-so-too", 0, { reads: 2, sameWindow: 3 }, {}],
    ["came-with-the-step", 9, {}, { onsetBits: 9 }],
    ["came-with-the-step", -6, {}, { onsetBits: -6 }],
    ["came-with-the-step", 0, { olderNights: 1 }, {}],
    ["came-with-the-step", 0, {}, { reference: "other-hours" }],
    ["unusual-hour", 6, {}, { reference: "other-hours" }],
    ["unusual-hour", 0, {}, {}],
    ["acts-like-a-viewer", -10, { playedNights: 1 }, {}],
    ["acts-like-a-viewer", -5, { olderViewingNights: 1 }, {}],
    ["acts-like-a-viewer", -20, { playedNights: 3, olderViewingNights: 4 }, {}],
    ["listed-before", 3, { olderNights: 9 }, { isListed: true, onsetBits: -6 }],
    ["listed-before", 8, {}, { isListed: true, onsetBits: 8 }],
    ["came-with-the-step", 0, {}, { isListed: true }],
    ["older-than-the-step", 0, { olderNights: 9 }, { isListed: true }],
    ["older-than-the-step", -5, { olderNights: 1 }, {}],
    ["older-than-the-step", -10, { olderNights: 9 }, {}],
    ["network-reuse", 0, {}, { idsOnNetwork: 5 }],
    ["network-reuse", 1, {}, { idsOnNetwork: 32 }],
    ["network-reuse", 1.5, {}, { idsOnNetwork: 9000 }],
    ["agent", 4, { agents: 1 << AGENT_CLASSES.indexOf("crawler") }, {}],
    ["agent", 2, { agents: 1 << AGENT_CLASSES.indexOf("tool") }, {}],
    ["agent", 0, { agents: 1 << AGENT_CLASSES.indexOf("none") }, {}],
    ["agent", 0, {}, {}],
  ])("weighs %s as %s bits of %j, %j", (kind, expected, habit, around) => {
    expect(bits(habit, around)[kind] ?? 0).toBeCloseTo(expected, 5);
  });

  test.each<[string, boolean, Partial<Habit>, Partial<Surroundings>]>([
    ["a scraper", true, {}, {}],
    ["a scraper of two nights", true, { nights: 2, bareNights: 2, sameReads: 2, sameWindow: 2 }, {}],
    ["a scraper in a log too short for a step", true, {}, { reference: "other-hours", onsetBits: 5 }],
    ["a steady television that posts nothing, new since the step", false, {}, { onsetBits: 1 }],
    ["the same, without history", false, {}, { reference: "other-hours", onsetBits: 1 }],
    [
      "a phone that reads ahead at night and is played on once",
      false,
      { playedNights: 1 },
      { onsetBits: 10 },
    ],
    ["a scraper that clicks on one night", true, { postNights: 1 }, {}],
    [
      "a scraper that was listed, and goes on",
      true,
      { olderNights: 9 },
      { isListed: true, onsetBits: -6, reference: "none" },
    ],
    ["one that was listed, and plays", false, { playedNights: 1 }, { isListed: true, onsetBits: 6 }],
    ["a kiosk that was there before", false, { olderNights: 9 }, {}],
    ["a kiosk of the daytime", false, { spanMinutes: 600 }, { onsetBits: 0 }],
    ["a television with a habit", false, { reads: 1 }, { onsetBits: 0 }],
    ["an early riser who plays", false, { bareNights: 2, sameReads: 2, sameWindow: 2, postNights: 3 }, {}],
    [
      "anybody on one night",
      false,
      { nights: 1, bareNights: 1, agents: 1 << AGENT_CLASSES.indexOf("tool") },
      {},
    ],
  ])("%s is a suspect: %s", (_, expected, habit, around) => {
    const evidence = weigh({ ...HABIT, ...habit }, { ...AROUND, ...around });
    expect(scoreOf(evidence) >= SUSPECT_BITS).toBe(expected);
  });
});
