/**
 * Reads a list of suspects from a file of JSON lines, as `spillway report traffic --suspects-out` writes it.
 */
import { readFileSync } from "node:fs";
import { instantSchema } from "@spillway/shared/protocol/time-schema.ts";
import * as z from "zod/mini";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { isId } from "@spillway/shared/protocol/wire.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import type { NewSuspect } from "@spillway/store/operators/suspect-store.ts";

const lineSchema = z.object({
  user: z.optional(z.string().check(z.refine(isId, "must be a user's id"))),
  hash: z.optional(z.string().check(z.regex(/^[0-9a-f]{16}$/, "must be 16 hexadecimal digits"))),
  score: z.optional(z.number()),
  evidence: z.optional(z.unknown()),
  expires: z.optional(instantSchema),
});

/** The error message names at most this many of the bad lines. */
const MAX_NAMED = 20;

export class SuspectsFileError extends Error {
  override readonly name = "SuspectsFileError";
}

/**
 * A `path` of `-` is standard input. Lines without an expiry get `expiresMs`. Throws {@link
 * SuspectsFileError} when any line is bad.
 */
export function readSuspects(
  path: string,
  hashUser: (user: string) => UserHash,
  expiresMs: number,
): NewSuspect[] {
  const problems: string[] = [];
  const suspects = read(path)
    .split("\n")
    .flatMap((text, at): NewSuspect[] => {
      if (text.trim() === "") return [];
      const parsed = lineSchema.safeParse(parseJson(text));
      if (!parsed.success) {
        const reasons = toIssues(parsed.error).map(({ key, reason }) => `${key} ${reason}`.trim());
        problems.push(`${path}:${at + 1}: ${reasons.join("; ")}`);
        return [];
      }
      const { user, hash, score, evidence, expires } = parsed.data;
      const own = user === undefined ? hash : hashUser(user);
      if (own === undefined) {
        problems.push(`${path}:${at + 1}: must have a user, or a hash from the serving log`);
        return [];
      }
      return [
        {
          hash: own,
          user: user ?? null,
          why: JSON.stringify({ score, evidence }),
          expiresMs: expires === undefined ? expiresMs : Date.parse(expires),
        },
      ];
    });
  if (problems.length === 0) return suspects;
  const more = problems.length - MAX_NAMED;
  const named = [...problems.slice(0, MAX_NAMED), ...(more > 0 ? [`… and ${more} more`] : [])];
  throw new SuspectsFileError(`Nothing is listed:\n${named.map((line) => `  ${line}`).join("\n")}`);
}

function read(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new SuspectsFileError(`${path}: ${reasonOf(error)}`);
  }
}

/** Returns undefined, which the schema refuses, for text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
