/** A file of pins, as `spillway pins` reads it, and where in it something is wrong. */
import { readFileSync } from "node:fs";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { RoutingText, type RoutingIssue } from "@spillway/shared/routing/file/read-file.ts";
import { withPlaces } from "@spillway/shared/routing/parse-routing.ts";

export type PinsFile = {
  readonly path: string;
  readonly text: string;
  /** The whole file is the list. */
  readonly isBare: boolean;
  /** What stands in the place of the list. */
  readonly pins: unknown;
};

export type PinsFileResult =
  | { readonly ok: true; readonly file: PinsFile }
  | { readonly ok: false; readonly text: string; readonly issues: readonly RoutingIssue[] };

/**
 * `-` is standard input. What `list --json` prints can be put again: of it, the pins alone count, as they
 * were put. Throws a RangeError where there is nothing to read.
 */
export function readPinsFile(path: string): PinsFileResult {
  let text: string;
  try {
    text = readFileSync(path === "-" ? 0 : path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new RangeError(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const { value, syntaxIssues } = new RoutingText(text, "json");
  if (syntaxIssues.length > 0) return { ok: false, text, issues: syntaxIssues };
  const isBare = Array.isArray(value);
  const pins = typeof value === "object" && value !== null && "pins" in value ? value.pins : value;
  return {
    ok: true,
    file: { path, text, isBare, pins: Array.isArray(pins) ? pins.map(withoutReport) : pins },
  };
}

function withoutReport(pin: unknown): unknown {
  if (typeof pin !== "object" || pin === null) return pin;
  const { state: _, hiddenItems: __, ...rest } = pin as Readonly<Record<string, unknown>>;
  return rest;
}

/** What the origin says of the pins, at its places in the file. */
export function placedInFile({ text, isBare }: PinsFile, issues: readonly Issue[]): readonly RoutingIssue[] {
  const own = isBare
    ? issues.map(({ key, reason }) => ({ key: key.replace(/^pins\.?/, ""), reason }))
    : issues;
  return withPlaces(own, text, "json");
}
