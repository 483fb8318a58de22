/**
 * The session of the console: who has signed in, until when, under a MAC whose key edge and origin share. The
 * edge verifies it by itself, also while the origin is away; the origin looks as well whether it has ended
 * (docs/decisions/0037-tokens-and-sessions.md). Pure.
 */
import { blake2s } from "@noble/hashes/blake2.js";
import * as z from "zod/mini";
import { createMacKey } from "../protocol/signatures/mac-key.ts";
import type { EdgeTokens } from "../protocol/signatures/edge-auth.ts";
import { ROLES } from "./role.ts";

/** `__Host-`: browsers take it over https (or from localhost) only, for this host alone, with `Path=/`. */
export const CONSOLE_COOKIE = "__Host-spillway_console";

/** What a page of the console sends with every request that changes something. No form can send it. */
export const CONSOLE_HEADER = "Spillway-Console";

const sessionSchema = z.strictObject({
  /** Random, so that each sign-in is another session. */
  id: z.string().check(z.regex(/^[\w-]{22}$/)),
  /** The token's name; `admin` for ADMIN_TOKEN. */
  name: z.string().check(z.minLength(1), z.maxLength(64)),
  role: z.enum(ROLES),
  expiresMs: z.int(),
});
export type ConsoleSession = z.infer<typeof sessionSchema>;

export type ConsoleSessions = {
  /** The cookie's value: claims in base64url, a dot, the MAC in base64url. */
  readonly seal: (session: ConsoleSession) => Promise<string>;
  /** Undefined for what was not sealed with one of the tokens, and for what has expired. Never throws. */
  readonly open: (sealed: string | undefined, nowMs: number) => Promise<ConsoleSession | undefined>;
};

/** Longer than any session that we seal. */
const MAX_SEALED_CHARACTERS = 512;
/** More than there are consoles open at once. */
const MAX_OPENED = 256;
const FORM = /^([\w-]+)\.([\w-]{43})$/;

/** With a previous token, what was sealed with it is valid too, while edge and origin change theirs. */
export function createConsoleSessions(...tokens: EdgeTokens): ConsoleSessions {
  const keys = [...new Set(tokens)].map((token) => createMacKey(keyFor(token)));
  /** By their sealed texts: an open console asks each second. What does not hold is never kept. */
  const opened = new Map<string, ConsoleSession>();
  const verified = async (sealed: string): Promise<ConsoleSession | undefined> => {
    const [, claims, mac] = FORM.exec(sealed) ?? [];
    if (claims === undefined || mac === undefined) return undefined;
    const given = fromBase64Url(mac)?.toBase64() ?? "";
    const checks = await Promise.all(keys.map((key) => key.verify(claims, given)));
    const session = checks.includes(true) ? readClaims(claims) : undefined;
    if (session === undefined) return undefined;
    if (opened.size >= MAX_OPENED) opened.clear();
    opened.set(sealed, session);
    return session;
  };
  return {
    seal: async (session) => {
      const claims = toBase64Url(new TextEncoder().encode(JSON.stringify(session)));
      const mac = await keys[0]?.sign(claims);
      return `${claims}.${toBase64Url(Uint8Array.fromBase64(mac ?? ""))}`;
    },
    open: async (sealed, nowMs) => {
      if (sealed === undefined || sealed.length > MAX_SEALED_CHARACTERS) return undefined;
      const session = opened.get(sealed) ?? (await verified(sealed));
      return session !== undefined && nowMs < session.expiresMs ? session : undefined;
    },
  };
}

/** A key for this purpose alone, so that a session reveals nothing of the token and is no other signature. */
function keyFor(token: string): string {
  return blake2s(new TextEncoder().encode(`spillway console session\n${token}`)).toHex();
}

function readClaims(claims: string): ConsoleSession | undefined {
  const bytes = fromBase64Url(claims);
  if (bytes === undefined) return undefined;
  try {
    return sessionSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** `strict`: bits that stand for nothing must be 0, so that each session has one form. */
function fromBase64Url(text: string): Uint8Array | undefined {
  try {
    const padded = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
    return Uint8Array.fromBase64(padded, { alphabet: "base64url", lastChunkHandling: "strict" });
  } catch {
    return undefined;
  }
}
