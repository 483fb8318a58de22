/**
 * How many events a client may post who has not proved who it is: for each visitor, and for each subscriber
 * line, how many ids it may name that nobody has seen, and how many events of ids without proof
 * (docs/decisions/0016-anonymous-input.md).
 */
import { networkOf, subscriberOf } from "../request/network.ts";
import { createByteLru } from "../byte-lru.ts";
import { MEMORY } from "../memory/isolate-memory.ts";
import type { VisitorIds } from "../identity/visitor-ids.ts";
import type { RateLimited } from "../rate-limited.ts";

/** A post without a token that holds. */
export type AnonymousPost = {
  /** The id in the visitor cookie that came with the post. */
  readonly cookie: string | undefined;
  readonly events: readonly { readonly user: string }[];
  /** The client's, as the platform gives it; empty where it gives none. */
  readonly address: string;
};

export type PostVerdict =
  | {
      readonly kind: "within";
      /** A keyed hash of the client's network, as coarse as in the serving log. */
      readonly network: string;
      /** What speaks for the user's id. */
      readonly proofOf: (user: string) => "cookie" | "none";
    }
  | { readonly kind: "over"; readonly key: "user" | "events"; readonly reason: string };

export type PostLimits = (post: AnonymousPost) => Promise<PostVerdict>;

export type PostLimitsDeps = {
  /**
   * Counts the ids of each line that nobody has seen; and under a key of their own its events without proof,
   * in units of {@link EVENTS_PER_LINE_UNIT}.
   */
  readonly newIds: RateLimited;
  /** Counts the events of each visitor, in units of {@link EVENTS_PER_UNIT}. */
  readonly visitors: RateLimited;
  readonly ids: Pick<VisitorIds, "isIssued">;
  /** Limits are counted, and networks told, by keyed hashes alone. */
  readonly hash: (text: string) => string;
  /** At least 0 and less than 1. */
  readonly draw: () => number;
};

/** A viewer and the household's others. A gateway names more, and posts to the origin with the token. */
export const MAX_UNPROVEN_USERS = 20;
/** A full batch of 500 events counts for ten posts. */
export const EVENTS_PER_UNIT = 50;
/**
 * Posts have few events, so a part of a unit is counted as a whole one as often as it is large. With a limit
 * of
 * 50 units, a line's televisions without cookies have 10,000 events in ten seconds together.
 */
const EVENTS_PER_LINE_UNIT = 200;

const KNOWN_BYTES = 140;

export function createPostLimits({ newIds, visitors, ids, hash, draw }: PostLimitsDeps): PostLimits {
  // What this isolate has counted as new once. A television without cookies is new once, and not at each
  // post.
  const known = createByteLru<true>(MEMORY.knownIds);
  return async ({ cookie, events, address }) => {
    const line = hash(`line\n${subscriberOf(address)}`);
    const proven = cookie !== undefined && ids.isIssued(cookie) ? cookie : undefined;
    const perUser = Map.groupBy(events, ({ user }) => user);
    const unproven = [...perUser.keys()].filter((user) => user !== proven);
    const keyOf = (user: string): string => (user === proven ? hash(user) : `${hash(user)} ${line}`);
    const unseen = unproven.map(keyOf).filter((key) => known.get(key) === undefined);
    if (unseen.length > MAX_UNPROVEN_USERS) return over("user", TOO_MANY_USERS);
    if (unseen.length > 0 && !(await newIds(line, unseen.length))) return over("user", TOO_MANY_IDS);
    for (const key of unseen) known.set(key, true, KNOWN_BYTES);
    // Who has a few ids could fill the store all the same, a batch for each of them.
    const unspoken = events.filter(({ user }) => user !== proven).length;
    const units = Math.floor(unspoken / EVENTS_PER_LINE_UNIT + draw());
    if (units > 0 && !(await newIds(hash(`events\n${line}`), units))) return over("events", TOO_MANY_OF_LINE);
    const within = await Promise.all(
      perUser.entries().map(([user, own]) => visitors(keyOf(user), Math.ceil(own.length / EVENTS_PER_UNIT))),
    );
    if (within.includes(false)) return over("events", TOO_MANY_EVENTS);
    return {
      kind: "within",
      network: hash(`network\n${networkOf(address)}`),
      proofOf: (user) => (user === proven ? "cookie" : "none"),
    };
  };
}

const TOO_MANY_USERS = `names more than ${MAX_UNPROVEN_USERS} ids without proof: a gateway posts to the origin, with its token`;
const TOO_MANY_IDS = "is one of too many new ids from this network: send the events again later";
const TOO_MANY_OF_LINE =
  "are too many from this network without proof of who sends them: send them again later";
const TOO_MANY_EVENTS = "are too many of this visitor: send them again later";

function over(key: "user" | "events", reason: string): PostVerdict {
  return { kind: "over", key, reason };
}
