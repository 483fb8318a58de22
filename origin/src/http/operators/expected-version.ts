/**
 * The parameter `expect`: the version that a change was made from, so that nobody undoes what another has
 * just done.
 */
import type { Context } from "hono";
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import type { DocumentVersion } from "@spillway/store/operators/operator-store.ts";
import { parametersOf } from "../parameters.ts";

/** Undefined when any version may be replaced; 0 stands for none. */
export function readExpectedVersion(c: Context): number | undefined | Refusal {
  const text = parametersOf(c).get("expect");
  if (text === null) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : refused(400, "expect", "must be a version number");
}

/** What somebody reads who comes second. */
export function changedSince(what: string, current: DocumentVersion<unknown> | undefined): string {
  if (current === undefined) return `${what} have no version yet; nothing changed`;
  const { version, by, note, writtenMs } = current;
  const who = by === undefined ? "" : ` by ${by}`;
  const why = note === undefined ? "" : ` (${note})`;
  return `${what} are at version ${version} since ${new Date(writtenMs).toISOString()}${who}${why}; nothing changed`;
}
