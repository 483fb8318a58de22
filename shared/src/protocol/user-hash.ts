/**
 * Hashes that stand for users in logs and sets that must hold no user ids: 64 bits of a keyed hash (BLAKE2s,
 * RFC 7693, which takes the key itself). Without the key nobody can find out whose hash it is by trying ids.
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { createKeyedHash } from "./keyed-hash.ts";

/**
 * 16 hexadecimal digits. Among 3 million users, about two in ten million share their hash with another one.
 */
export type UserHash = string;

/** What binds a viewer state to its owner: 48 bits of the user hash. */
export function ownerTagOf(hash: UserHash): string {
  return hash.slice(0, OWNER_TAG_DIGITS);
}

const OWNER_TAG_DIGITS = 12;

/**
 * `secret` is the token that edge and origin share, so that both compute the same hashes. Another token
 * changes all hashes.
 */
export function createUserHash(secret: string): (user: string) => UserHash {
  // A key is derived for this purpose alone, so that it reveals nothing about the token.
  return createKeyedHash(blake2s(new TextEncoder().encode(`spillway user hash\n${secret}`)));
}
