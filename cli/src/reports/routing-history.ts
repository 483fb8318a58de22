/** Every routing that was ever pushed to the origin, for reports. */
import { openDatabase } from "@spillway/store/database.ts";
import { listRouting } from "@spillway/store/operators/routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";

/** Oldest first. */
export function routingVersions(databasePath: string): RoutingVersion[] {
  const database = openDatabase(databasePath);
  try {
    return listRouting(database, Number.MAX_SAFE_INTEGER).toReversed();
  } finally {
    database.close();
  }
}
