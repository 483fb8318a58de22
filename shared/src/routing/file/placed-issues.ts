/**
 * What a schema says of an operator's file, with its places: of each key that there is not, at that key.
 * Pure.
 */
import type * as z from "zod/mini";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";

/** `pathOf` is where the file has what the schema names, if it stands elsewhere. */
export function placedIssues(
  file: RoutingText,
  issues: readonly z.core.$ZodIssue[],
  pathOf: (path: Path) => Path = (path) => path,
): readonly RoutingIssue[] {
  return issues.flatMap((issue) => {
    const path = pathOf(issue.path);
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => file.atKey([...path, key], "is no key here"))
      : [file.atValue(path, issue.message)];
  });
}
