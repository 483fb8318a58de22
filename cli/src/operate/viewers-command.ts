/** `spillway viewers` says how large the viewer map is, when it was written, and what a month of it costs. */
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { viewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import { describeViewerMap, formatViewerMap } from "./viewers-report.ts";

const NONE = {
  unwritten:
    "There is no viewer map yet: the origin writes it after its first refresh cycle, and then each VIEWER_MAP_CADENCE_S.",
  off: "There is no viewer map: [tailoring] in the routing says that history does not travel by the map.",
};

export function viewersCommand(): Command {
  return exitOnUsageError(new Command("viewers"))
    .description(
      "the viewer map, by which televisions get tailored pages: how many, how large, what it costs in KV",
    )
    .option("--json", "print the result as JSON; null where there is no map", false)
    .addHelpText(
      "after",
      `\nThe origin may be running or stopped. The map has users with at least three plays, by keyed hash; who was active last comes first\n` +
        `where there are more than VIEWER_MAP_USERS. Whoever is erased leaves it at its next writing, and is served by nothing of it before.\n\n` +
        `Exit codes: 0 also where there is no map; 2 for a wrong option.`,
    )
    .action(({ json }: { readonly json: boolean }) => {
      const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
      try {
        const report = viewerMapReport(database);
        const isThere = report !== undefined && report.bits !== null;
        const map = isThere ? describeViewerMap(report) : null;
        const none = report === undefined ? NONE.unwritten : NONE.off;
        if (json) console.log(JSON.stringify(map, null, 2));
        else console.log(map === null ? none : formatViewerMap(map));
      } finally {
        database.close();
      }
    });
}
