/** The engagement report as a page. */
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import type { EngagementReport } from "./engagement.ts";
import {
  attributionTable,
  clustersTable,
  engagementTitle,
  eventsOf,
  generationsTable,
  liftTable,
  moreThan,
  pathName,
  pathsTable,
} from "./engagement-tables.ts";

export function engagementView(report: EngagementReport): ReportView {
  const { paths, clusters, generations, attribution } = report;
  const sum = (count: "impressions" | "clicks" | "plays"): number =>
    paths.reduce((total, row) => total + row[count], 0);
  const all = eventsOf(attribution);
  const credible = attribution
    .filter(({ attribution: claim }) => claim === "verified" || claim === "plausible")
    .reduce((total, { events }) => total + events, 0);
  return {
    title: engagementTitle(report),
    subtitle: "What visitors did, by the page that they were shown.",
    facts: [
      { label: "impressions", value: formatCount(sum("impressions")) },
      { label: "clicks", value: formatCount(sum("clicks")) },
      { label: "plays", value: formatCount(sum("plays")) },
      ...(all > 0 ? [{ label: "events with a credible claim", value: formatShare(credible / all) }] : []),
    ],
    sections: [
      {
        heading: "By how the page was served",
        bars: {
          title: "Plays per impression",
          bars: paths.flatMap((row) =>
            row.playRate === null
              ? []
              : [
                  {
                    name: pathName(row),
                    share: row.playRate.rate,
                    low: row.playRate.low,
                    high: row.playRate.high,
                  },
                ],
          ),
        },
        table: pathsTable(report),
      },
      {
        heading: "By cluster",
        table: withNote(clustersTable(report), moreThan(clusters.length, "clusters")),
      },
      {
        heading: "By generation",
        table: withNote(generationsTable(report), moreThan(generations.length, "generations")),
      },
      { heading: "What events claim", table: attributionTable(report) },
      { heading: "Lift", table: liftTable(report) },
    ].filter(({ table }) => table.rows.length > 0),
    footer: "Each visitor counts once for an item and day.",
  };
}

function withNote(table: Table, [note]: readonly string[]): Table {
  return note === undefined ? table : { ...table, note };
}
