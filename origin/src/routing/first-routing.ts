/** Finds the routing with which the origin starts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import type { Database } from "@spillway/store/database.ts";
import { currentRouting, pushRouting } from "@spillway/store/operators/routing.ts";
import { ConfigError, REPOSITORY } from "../config.ts";

/**
 * Returns the newest version, or on the first start the one in edge/routing.toml. Throws when that file is
 * not valid.
 */
export function firstRouting(database: Database, nowMs: number): RoutingVersion {
  const known = currentRouting(database);
  if (known !== undefined) return known;
  const source = readFileSync(join(REPOSITORY, "edge/routing.toml"), "utf8");
  const parsed = parseRoutingText(source, "toml");
  if (!parsed.ok) {
    throw new ConfigError(
      parsed.issues.map(({ key, reason }) => ({ key: `edge/routing.toml: ${key}`, reason })),
    );
  }
  const note = "the file of the first start";
  const version = pushRouting(database, parsed.routing, source, note, nowMs);
  return { version, routing: parsed.routing, source, note, pushedMs: nowMs };
}
