/** Words what `GET /now` answers for the terminal. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, formatShare, textTable } from "@spillway/kit/charts/table.ts";
import { terminalChart } from "@spillway/kit/charts/terminal-chart.ts";
import { MIX_RUNGS, type NowModel, type NowState } from "@spillway/shared/protocol/now-state.ts";

const MAX_WIDTH = 100;

/** One screen; `columns` is the terminal's width, undefined where there is none. */
export function formatStatus(state: NowState, columns: number = MAX_WIDTH): string {
  const parts = [state.sentence, "", demandChart(state, Math.min(MAX_WIDTH, columns)), "", mixTable(state)];
  const facts = [
    isolatesLine(state),
    pagesLine(state),
    ...(state.model === undefined ? [] : [modelLine(state.model)]),
    queueLine(state),
    ...(state.rollout === null ? [] : [`Rollout    ${state.rollout.sentence}`]),
    ...changeLines(state),
  ];
  return [...parts, "", ...facts].join("\n");
}

function demandChart(
  { seconds: { demand, offered, admitted, threshold }, instances }: NowState,
  width: number,
): string {
  const limit = threshold.at(-1);
  const title =
    `demand ${rate(demand)}, offered ${rate(offered)}, admitted ${rate(admitted)}; ` +
    (typeof limit === "number" ? `threshold ${rate(threshold)}` : "no threshold") +
    (instances > 1 ? ` (this origin's part of ${instances})` : "") +
    `; ${counted(Math.round(demand.length / 60), "minute")}:`;
  return terminalChart({
    title,
    values: demand.map((value, at) => value ?? offered[at] ?? 0),
    height: 6,
    width,
    ...(threshold.every((value) => value !== null) && { level: threshold }),
  });
}

/** The newest of a series. */
function rate(series: readonly (number | null)[]): string {
  const value = series.at(-1);
  return typeof value === "number" ? `${formatCount(value)}/s` : "not known";
}

function mixTable({ mix, atMs }: NowState): string {
  const { untilMs, latest, calls } = mix;
  if (untilMs === null) return "No isolate has reported yet what it has served.";
  const whole = new Map(MIX_RUNGS.map((rung) => [rung, sumOf(calls[rung])]));
  const sums = [sumOf(MIX_RUNGS.map((rung) => latest.calls[rung])), sumOf(whole.values())] as const;
  return textTable({
    head: ["served as", `newest ${seconds(latest.spanMs)}`, "share", "15 minutes", "share"],
    rows: MIX_RUNGS.map((rung) => {
      const counts = [latest.calls[rung], whole.get(rung) ?? 0] as const;
      return [rung, ...countAndShare(counts[0], sums[0]), ...countAndShare(counts[1], sums[1])];
    }),
    align: ["left", "right", "right", "right", "right"],
    note: `As isolates report it, up to ${seconds(atMs - untilMs)} ago.`,
  });
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function countAndShare(count: number, of: number): [string, string] {
  return [formatCount(count), of === 0 ? "" : formatShare(count / of)];
}

function isolatesLine({ isolates, routingVersion }: NowState): string {
  const versions = isolates.byVersion.map(
    ({ version, candidate, isolates: count }) =>
      `${count} on ${version === null ? "a version that they do not say" : `version ${version}`}` +
      (candidate === null ? "" : ` with candidate ${candidate}`),
  );
  const detail = versions.length === 0 ? "" : `: ${versions.join(", ")}`;
  return `Isolates   ${isolates.heard} heard of in two minutes${detail}; routing version ${routingVersion} is in force`;
}

function pagesLine({ pages }: NowState): string {
  if (pages.oldestS === null) return "Pages      none yet";
  return (
    `Pages      the oldest ${formatCount(pages.oldestS)} s, median ${formatCount(pages.medianS ?? 0)} s; ` +
    `${counted(pages.over, "cluster")} over the objective of ${formatCount(pages.objectiveS)} s`
  );
}

function modelLine({ atMs, sentence }: NowModel): string {
  return `Model      of ${instant(atMs)}: ${sentence}`;
}

function queueLine({ queue, deadLetters }: NowState): string {
  const lag = queue.lagS === null ? "no report yet" : `${queue.lagS.toFixed(1)} s from isolate to origin`;
  return `Queue      ${lag}; ${counted(queue.unfolded, "event waits", "events wait")} for a cycle; dead letters: ${formatCount(deadLetters)}`;
}

function changeLines({ changes }: NowState): string[] {
  return changes.slice(0, 3).map(({ atMs, by, action, subject, note }, at) => {
    const why = note === null ? "" : `: ${note}`;
    return `${at === 0 ? "Changes  " : "         "}  ${instant(atMs)} ${by} ${action} ${subject}${why}`;
  });
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1000))} s`;
}
