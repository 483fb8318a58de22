/** The contract of the list of suspects: who is taken for a scraper, since when, until when, and why. */
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { NewAuditEntry } from "./audit-log.ts";

export type StoredSuspect = {
  readonly hash: UserHash;
  /** Null while only the hash is known. */
  readonly user: string | null;
  /** JSON of the evidence. */
  readonly why: string | null;
  readonly listedMs: number;
  readonly expiresMs: number;
};

export type NewSuspect = Omit<StoredSuspect, "listedMs">;

export type SuspectChanges = { readonly added: number; readonly renewed: number; readonly cleared: number };

export type SuspectStore = {
  /** The newest last. */
  readonly list: () => Promise<readonly StoredSuspect[]>;
  /** Counts the changes of the list; 0 before the first. */
  readonly version: () => Promise<number>;
  /** Whoever is not on the new list is no suspect any more. Who stays keeps since when, and their id. */
  readonly replace: (list: readonly NewSuspect[], nowMs: number) => Promise<SuspectChanges>;
  /** Takes the hashes off the list, and returns those that were on it. */
  readonly clear: (
    hashes: readonly UserHash[],
    nowMs: number,
    audit?: (cleared: readonly UserHash[]) => NewAuditEntry,
  ) => Promise<readonly UserHash[]>;
};
