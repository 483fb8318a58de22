/** Reads the operator's files for the traffic report: known traffic, and routing. */
import { PLAIN_ROUTING } from "@spillway/analytics/traffic/calendar.ts";
import { parseKnown, type KnownTraffic } from "@spillway/analytics/traffic/known.ts";
import { parseRoutingText, type RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { issueText } from "../operate/issue-excerpt.ts";
import { readNamed } from "@spillway/kit/commands/named-files.ts";

/** Throws a RangeError that names the file, line and key of each problem. */
export function readKnown(path: string): readonly KnownTraffic[] {
  const text = readNamed("--known", path);
  const result = parseKnown(text, formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues, text));
  return result.known;
}

/**
 * Returns the routing of the file as if it had always been active, or plain bands without a path. Throws a
 * RangeError that names the file, line and key of each problem.
 */
export function readRouting(path: string | undefined): RoutingVersion {
  if (path === undefined) return PLAIN_ROUTING;
  const text = readNamed("--routing", path);
  const result = parseRoutingText(text, formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues, text));
  return { ...PLAIN_ROUTING, routing: result.routing };
}

function formatOf(path: string): "toml" | "json" {
  return path.endsWith(".json") ? "json" : "toml";
}

function describe(path: string, issues: readonly RoutingIssue[], text: string): string {
  return issues.map((issue) => issueText(path, issue, text)).join("\n");
}
