/** What was measured, with what, in how long: said above the tables. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import type { Evaluation, WarmData } from "./evaluate.ts";
import type { VisitData } from "./visits/evaluate-visits.ts";

export function aboutLines({ data, individual, settings, seconds }: Evaluation): string[] {
  const { warm, cold, visits } = data;
  const { minSupport, seed, seeds, lambda, threads, history, tune } = settings;
  const seedsUsed = seeds > 1 ? `Seeds ${seed} to ${seed + seeds - 1}` : `Seed ${seed}`;
  return [
    ...(warm === undefined ? [] : warmLines(warm)),
    ...(individual === undefined ? [] : [`Individual answers: ${individual.why}.`]),
    ...(warm === undefined || tune === undefined
      ? []
      : ["Tuning: the users to test on are training users (user % 5 = 1), and test users take no part."]),
    ...(warm === undefined || history === undefined
      ? []
      : [
          `The edge knows at most ${counted(history, "title")} of a viewer. The data has no times, so which of them are the newest is drawn by the seed.`,
        ]),
    ...(cold === undefined
      ? []
      : [
          `Cold: the demo's ${counted(cold.users, "synthetic user")} and ${counted(cold.items, "item")}; ${counted(cold.visitors, "visitor")} to test on.`,
        ]),
    ...(visits === undefined ? [] : visitLines(visits)),
    `${seedsUsed}, λ ${lambda}, at least ${counted(minSupport, "user")} a cluster, ${counted(threads, "thread")}; ${seconds.total} s.`,
  ];
}

function visitLines(visits: VisitData): string[] {
  const { file, format, from, testedFrom, to, windowHours, leftOut } = visits;
  const windows = Object.entries(windowHours).map(
    ([minutes, hours]) => `${shortTime(hours)} (${minutes} min)`,
  );
  const left = Object.entries(leftOut).map(([why, count]) => `${formatCount(count)} ${why}`);
  return [
    `${file} (${format}): ${counted(visits.visits, "visit")} of ${counted(visits.items, "item")}, ${from} to ${to}; learned from the first ${formatCount(visits.learnedFrom)}, tested on ${formatCount(visits.tested)} from ${testedFrom} on.`,
    `Plays count for, by the time between rebuilds: ${windows.join(", ")}; chosen on visits before the test.`,
    ...(left.length === 0 ? [] : [`Left out: ${left.join(", ")}.`]),
  ];
}

function shortTime(hours: number): string {
  if (hours < 1) return counted(Math.round(hours * 60), "minute");
  return hours < 48 ? `${hours} h` : `${hours / 24} days`;
}

function warmLines(warm: WarmData): string[] {
  const numbered = [...(warm.usersAsGiven ? [] : ["users"]), ...(warm.itemsAsGiven ? [] : ["items"])];
  const { duplicates, droppedTestUsers } = warm;
  return [
    `${warm.file}: ${counted(warm.interactions, "interaction")}, ${counted(warm.items, "item")}, ` +
      `${counted(warm.trainingUsers, "user")} to learn from, ${formatCount(warm.testUsers)} to test on.`,
    ...(duplicates > 0 ? [`${counted(duplicates, "repeated row counts", "repeated rows count")} once.`] : []),
    ...(droppedTestUsers > 0
      ? [`Left out: ${counted(droppedTestUsers, "test user")} without history or held-out items.`]
      : []),
    warm.packBytes === undefined
      ? "The catalogue is too large for packs, so that the edge tailors nothing."
      : `Packs at the edge: ${(warm.packBytes / 1e6).toFixed(2)} MB.`,
    numbered.length === 0
      ? "Ids are integers, used as they are."
      : `Ids of ${numbered.join(" and ")} are not all non-negative integers: numbered 0, 1, 2, … by first appearance.`,
  ];
}
