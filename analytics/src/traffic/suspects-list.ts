/** The list of suspects as it is handed on: JSON Lines of user or hash, score, evidence and expiry; read back to see who is cleared. */
import type { Suspect, TrafficReport } from "./report-shape.ts";

export type SuspectEntry = {
  /** As in the source: an id, or the keyed hash of one (16 hexadecimal digits) from the serving log. */
  readonly user: string;
  readonly expiresMs: number;
  /** Bits. */
  readonly score: number;
  /** For people: `same-reads +6: 6 a night, 5 of 5`. */
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
  "homepage-only": ({ bareNights, nights }) => `${bareNights} of ${nights} nights`,
  "same-reads": ({ reads, readsPer, sameReads, bareNights }) =>
    `${reads} a ${readsPer}, ${sameReads} of ${bareNights}`,
  "same-window": ({ start, sameWindow, bareNights }) => `about ${start}, ${sameWindow} of ${bareNights}`,
  "no-post": ({ nights, postNights }) => `${nights - postNights} of ${nights}`,
  "network-reuse": ({ network }) => network,
};

/** What the source has in place of users: a log their ids, the serving log keyed hashes of them. */
export type UserKey = "user" | "hash";

/** One line each, the last one ended too. */
export function suspectLines(entries: readonly SuspectEntry[], key: UserKey): Iterable<string> {
  return entries
    .values()
    .map(
      ({ user, score, evidence, expiresMs }) =>
        `${JSON.stringify({ [key]: user, score, evidence, expires: new Date(expiresMs).toISOString() })}\n`,
    );
}

/** Users of such a file's text. Throws a RangeError that names file and line. */
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
