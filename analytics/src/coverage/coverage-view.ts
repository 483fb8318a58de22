/** The coverage report as a page with charts. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import type { CoverageReport } from "./coverage.ts";
import { coverageTitle } from "./coverage-text.ts";
import {
  bandsTable,
  coverageCharts,
  deliveryNote,
  reasonsNote,
  share,
  usersTable,
} from "./coverage-tables.ts";

export function coverageView(report: CoverageReport): ReportView {
  const { users, calls } = report;
  return {
    title: coverageTitle(report),
    subtitle: `${counted(users.distinct, "user")}, ${counted(calls.total, "call")}`,
    facts: [
      { label: "users fully personalized", value: share(users.fullyPersonalized, users.distinct) },
      { label: "users with a cluster's page", value: share(users.someCluster, users.distinct) },
      { label: "users with the generic page", value: share(users.someGeneric, users.distinct) },
      { label: "calls tailored at the edge", value: share(calls.tailored, calls.total) },
      { label: "calls unpersonalized", value: share(calls.cluster + calls.generic, calls.total) },
    ],
    sections: [
      { heading: "Users and calls", text: reasonsNote(report), table: usersTable(report) },
      { heading: "Bands", table: bandsTable(report) },
      ...coverageCharts(report).map((chart) => ({ heading: chart.title, chart })),
    ],
    footer: deliveryNote(report),
  };
}
