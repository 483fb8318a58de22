/**
 * Users in logs and sets that hold no user ids: 64 bits of a keyed hash (BLAKE2s, RFC 7693, which takes the key itself).
 * Without the key nobody can tell whose they are, nor try out ids.
 */
import { blake2s } from "@noble/hashes/blake2.js";

/** 16 hexadecimal digits: of 3 million users, some two in ten million have another one's. */
export type UserHash = string;

const HASH_BYTES = 8;
const encoder = new TextEncoder();

/** `secret`: the token that edge and origin share, so that both name a user alike; another one makes all hashes new. */
export function createUserHash(secret: string): (user: string) => UserHash {
  // Not the token itself: what is derived for this purpose is good for nothing else.
  const key = blake2s(encoder.encode(`spillway user hash\n${secret}`));
  return (user) => blake2s(encoder.encode(user), { key, dkLen: HASH_BYTES }).toHex();
}
