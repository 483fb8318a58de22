/**
 * Users' keyed hashes. An isolate makes each one once and remembers it, since making one takes longer than
 * all else that a page needs.
 */
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { createByteLru, type ByteLru } from "../byte-lru.ts";

export type UserHashes = {
  readonly of: (user: string) => UserHash;
  readonly size: ByteLru<UserHash>["size"];
};

/** Holds some 10,000 users with ids of usual length. */
const MAX_BYTES = 2 * 1024 * 1024;
/** What an entry takes beside its id's characters. */
const ENTRY_BYTES = 150;

export function createUserHashes(hashUser: (user: string) => UserHash, maxBytes = MAX_BYTES): UserHashes {
  const known = createByteLru<UserHash>(maxBytes);
  return {
    of: (user) => {
      const remembered = known.get(user);
      if (remembered !== undefined) return remembered;
      const hash = hashUser(user);
      known.set(user, hash, 2 * user.length + ENTRY_BYTES);
      return hash;
    },
    size: known.size,
  };
}
