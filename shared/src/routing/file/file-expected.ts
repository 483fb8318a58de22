/** What `[[expected]]` of a file means: its times are read, and windows made of them. Pure. */
import { windowAround } from "../../admission/armed-windows.ts";
import type { Expected } from "../expected.ts";
import { isTimeZone } from "../routing.ts";
import { asList, asRecord } from "./file-rules.ts";
import { readInstant } from "./local-time.ts";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";
import type { FileExpected } from "./routing-file.ts";

export type ReadExpected = {
  /** When each crowd is expected, in their order; undefined where that is not told. */
  readonly atMs: readonly (number | undefined)[];
  /** What the schema cannot say. */
  readonly issues: readonly RoutingIssue[];
};

/** What has another type is passed over, since the schema tells. */
export function readExpected(file: RoutingText): ReadExpected {
  const { expected, time_zone: zone } = asRecord(file.value);
  const timeZone = typeof zone === "string" && isTimeZone(zone) ? zone : "UTC";
  const issues: RoutingIssue[] = [];
  const atMs = asList(expected).map((written, index) => {
    const entry = asRecord(written);
    const path: Path = ["expected", index];
    if (entry["before_s"] === 0 && entry["after_s"] === 0)
      issues.push(
        file.atValue([...path, "after_s"], "before_s and after_s are both 0: the window would be empty"),
      );
    if (entry["at"] === undefined) return undefined;
    const instant = readInstant(entry["at"], timeZone);
    if (instant.ok) return instant.ms;
    issues.push(file.atValue([...path, "at"], instant.reason));
    return undefined;
  });
  return { atMs, issues };
}

/** As it is published. The file has no faults. */
export function publishedExpected(
  entries: readonly FileExpected[],
  atMs: readonly (number | undefined)[],
): Expected {
  return entries.map(({ name, before_s: beforeS, after_s: afterS }, index) => ({
    ...(name !== undefined && { name }),
    ...windowAround(atMs[index] ?? 0, beforeS, afterS),
  }));
}
