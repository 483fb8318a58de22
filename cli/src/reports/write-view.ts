/** Writes a report as one HTML file, where that was asked for. */
import { writeFileSync } from "node:fs";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";

export async function writeView(path: string | undefined, view: () => ReportView): Promise<void> {
  if (path === undefined) return;
  // The chart library takes seconds to load, so it is imported only when it is needed.
  const { viewHtml } = await import("@spillway/kit/charts/view-html.ts");
  writeFileSync(path, viewHtml(view()));
}
