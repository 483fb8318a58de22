/** The routing that the origin starts with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import type { Database } from "@spillway/store/database.ts";
import { currentRouting, pushRouting } from "@spillway/store/operators/routing.ts";
import { ConfigError, REPOSITORY } from "./config.ts";

/** The newest version; on the first start the one in edge/routing.toml. Throws when neither can be had. */
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
