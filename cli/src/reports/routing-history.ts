/** Reads every version of the routing that was pushed to the origin. */
import { openDatabase } from "@spillway/store/database.ts";
import { listRouting } from "@spillway/store/operators/routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";

/** Returns the oldest version first. */
export function routingVersions(databasePath: string): RoutingVersion[] {
  const database = openDatabase(databasePath);
  try {
    return listRouting(database, Number.MAX_SAFE_INTEGER).toReversed();
  } finally {
    database.close();
  }
}
