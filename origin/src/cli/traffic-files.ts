/** The operator's files for the traffic report: what is known, and bands with thresholds. */
import { readFileSync } from "node:fs";
import { parseKnown, type KnownTraffic } from "../report/traffic/known.ts";
import { parseRoutingText, type RoutingIssue } from "../routing-text.ts";
import type { RoutingVersion } from "../store/routing.ts";

/** Where nothing is said about bands: the shipped ones, without a threshold. */
const PLAIN_BANDS: RoutingVersion["routing"]["bands"] = [
  { name: "A overnight", from: "00:00", threshold_per_s: Number.POSITIVE_INFINITY },
  { name: "B daytime", from: "07:00", threshold_per_s: Number.POSITIVE_INFINITY },
  { name: "C prime time", from: "18:00", threshold_per_s: Number.POSITIVE_INFINITY },
];

/** Throws a RangeError that names file, line and key. */
export function readKnown(path: string): readonly KnownTraffic[] {
  const result = parseKnown(readText(path), formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues));
  return result.known;
}

/** As if it had always held; plain bands for no path. Throws a RangeError that names file, line and key. */
export function readRouting(path: string | undefined): RoutingVersion {
  const version = { version: 0, source: "", note: undefined, pushedMs: 0 };
  if (path === undefined) {
    return {
      ...version,
      routing: { time_zone: "UTC", mode: "auto", deadline_ms: 250, bands: PLAIN_BANDS, rules: [] },
    };
  }
  const result = parseRoutingText(readText(path), formatOf(path));
  if (!result.ok) throw new RangeError(describe(path, result.issues));
  return { ...version, routing: result.routing };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
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
