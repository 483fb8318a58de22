/** `rehearse --scenario day`: the published day, target beside result, and the same day with Spillway. */
import { dayTables } from "@spillway/simulation/day/day-tables.ts";
import { rehearseDay } from "@spillway/simulation/day/rehearse-day.ts";
import { dayView } from "@spillway/simulation/rehearsal/day-view.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";

type DayFlags = {
  readonly seed: number;
  readonly retention: number;
  readonly json?: true;
  readonly html?: string;
};

export async function rehearseDayCommand({ seed, retention, json, html }: DayFlags): Promise<number> {
  using progress = createProgress("rehearsing the day");
  const startedMs = performance.now();
  const day = rehearseDay({
    seed,
    retention,
    onProgress: (done, total, note) => progress.update(done, total, note),
  });
  progress.stop();
  const elapsedS = (performance.now() - startedMs) / 1000;
  const tables = dayTables(day);
  if (html !== undefined) {
    const { viewHtml } = await import("@spillway/kit/charts/view-html.ts");
    writeReport(html, viewHtml(dayView(day)));
  }
  if (json === true) console.log(JSON.stringify({ ...day, elapsedS }));
  else {
    console.log(
      [
        `${formatCount(day.users)} users, ${formatCount(day.calls)} calls over 24 hours, seed ${seed}; ${elapsedS.toFixed(1)} s real time.`,
        ...tables.flatMap(({ title, table }) => ["", title, "", textTable(table)]),
      ].join("\n"),
    );
  }
  return 0;
}
