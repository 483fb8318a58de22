/** Reads the operator's files for the traffic report: known traffic, and routing. */
import { PLAIN_ROUTING } from "@spillway/analytics/traffic/calendar.ts";
import { parseKnown, type KnownTraffic } from "@spillway/analytics/traffic/known.ts";
import { parseRoutingText, type RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { readNamed } from "@spillway/kit/commands/named-files.ts";

/** Throws a RangeError that names the file, line and key of each problem. */
export function readKnown(path: string): readonly KnownTraffic[] {
  const result = parseKnown(readNamed("--known", path), formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues));
  return result.known;
}

/**
 * Returns the routing of the file as if it had always been active, or plain bands without a path. Throws a
 * RangeError that names the file, line and key of each problem.
 */
export function readRouting(path: string | undefined): RoutingVersion {
  if (path === undefined) return PLAIN_ROUTING;
  const result = parseRoutingText(readNamed("--routing", path), formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues));
  return { ...PLAIN_ROUTING, routing: result.routing };
}

function formatOf(path: string): "toml" | "json" {
  return path.endsWith(".json") ? "json" : "toml";
}

function describe(path: string, issues: readonly RoutingIssue[]): string {
  return issues
    .map(
      ({ key, reason, line }) =>
        `${path}${line === undefined ? "" : `:${line}`}: ${key}${key === "" ? "" : ": "}${reason}`,
    )
    .join("\n");
}
