/**
 * The list of suspects as a file: JSON Lines of user or hash, score, evidence and expiry. A later report
 * reads it to see who is cleared.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Suspect, TrafficReport } from "./report-shape.ts";

export type SuspectEntry = {
  /** An id, or from the serving log the keyed hash of one (16 hexadecimal digits). */
  readonly user: string;
  readonly expiresMs: number;
  /** The sum of the evidence in bits. */
  readonly score: number;
  /** Text for people, such as `same-reads +6: 6 a night, 5 of 5`. */
  readonly evidence: readonly string[];
};

const DAY_MS = 86_400_000;

export function suspectsOf(report: TrafficReport, nowMs: number, expireDays: number): SuspectEntry[] {
  const expiresMs = nowMs + expireDays * DAY_MS;
  return report.suspects.map((suspect) => ({
    user: suspect.user,
    expiresMs,
    score: suspect.score,
    evidence: explain(suspect),
  }));
}

export function explain(suspect: Suspect): string[] {
  return Object.entries(suspect.evidence).map(([kind, bits]) => {
    const detail = DETAILS[kind]?.(suspect);
    return `${kind} ${bits > 0 ? "+" : "−"}${Math.abs(bits)}${detail === undefined ? "" : `: ${detail}`}`;
  });
}

const DETAILS: Readonly<Record<string, (suspect: Suspect) => string>> = {
  "homepage-only": ({ bareNights, nights }) => `${bareNights} of ${counted(nights, "night")}`,
  "same-reads": ({ reads, readsPer, sameReads, bareNights }) =>
    `${reads} a ${readsPer}, ${sameReads} of ${bareNights}`,
  "same-window": ({ start, sameWindow, bareNights }) => `about ${start}, ${sameWindow} of ${bareNights}`,
  "no-post": ({ nights, postNights }) => `${nights - postNights} of ${nights}`,
  "network-reuse": ({ network }) => network,
};

/** What identifies users in the source: their ids in a log, keyed hashes in the serving log. */
export type UserKey = "user" | "hash";

/** Returns one line for each entry; each ends with a line break. */
export function suspectLines(entries: readonly SuspectEntry[], key: UserKey): Iterable<string> {
  return entries
    .values()
    .map(
      ({ user, score, evidence, expiresMs }) =>
        `${JSON.stringify({ [key]: user, score, evidence, expires: new Date(expiresMs).toISOString() })}\n`,
    );
}

/** Returns the users in the text of such a file. Throws a RangeError with file and line. */
export function readSuspectUsers(path: string, content: string): string[] {
  return content.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    const user = userOf(line);
    if (user === undefined) {
      throw new RangeError(`${path}:${at + 1}: is no JSON object with a user, or a hash of one`);
    }
    return [user];
  });
}

function userOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    const user = "user" in value ? value.user : "hash" in value ? value.hash : undefined;
    return typeof user === "string" ? user : undefined;
  } catch {
    return undefined;
  }
}
