/** The engagement report for the terminal. */
import { textTable } from "@spillway/kit/charts/table.ts";
import type { EngagementReport } from "./engagement.ts";
import {
  attributionTable,
  clustersTable,
  engagementTitle,
  generationsTable,
  liftTable,
  moreThan,
  pathsTable,
} from "./engagement-tables.ts";

export function engagementText(report: EngagementReport): string {
  return [
    engagementTitle(report),
    "",
    textTable(pathsTable(report)),
    "",
    textTable(clustersTable(report)),
    ...moreThan(report.clusters.length, "clusters"),
    "",
    textTable(generationsTable(report)),
    ...moreThan(report.generations.length, "generations"),
    "",
    textTable(attributionTable(report)),
    "",
    textTable(liftTable(report)),
  ].join("\n");
}
