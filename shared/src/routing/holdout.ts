/**
 * The holdout: a share of visitors who are served otherwise than everybody, at random and for good, so that lift is
 * measured and not guessed. Drawn by a hash of the visitor, in the edge's hot path and again when events are added up. Pure.
 */
import * as z from "zod/mini";

export const holdoutSchema = z.strictObject({
  /** Of the visitors, 0–1. */
  share: z.number().check(z.gte(0, "must be a share from 0 to 1"), z.lte(1, "must be a share from 0 to 1")),
  /** `generic`: everybody's page. `individual`: the origin is asked beyond the edge's credit; its gate decides all the same. */
  serve: z._default(z.enum(["generic", "individual"]), "generic"),
  /** Another salt draws other visitors. */
  salt: z._default(z.string().check(z.maxLength(64, "must be at most 64 characters")), ""),
});

export type Holdout = z.infer<typeof holdoutSchema>;

export function isHeldOut({ share, salt }: Holdout, user: string): boolean {
  return hash32(`${salt}\n${user}`) < share * 2 ** 32;
}

/** FNV-1a over UTF-16 units, and the finalizer of MurmurHash3 (A. Appleby, public domain), since FNV leaves its high bits uneven. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export type HoldoutSince = {
  readonly holdout: Holdout;
  /** Of the first of the newest routings in a row that have this very holdout: other settings hold others out. */
  readonly sinceMs: number;
};
