/**
 * Decides whether an edge's signature, which is genuine, may be used now: for this process, within its time,
 * and once (docs/decisions/0005-edge-and-origin-prove-themselves.md).
 */
import type { VerifiedRequest } from "@spillway/shared/protocol/signatures/request-signature.ts";

export type Use =
  | "taken"
  /** It is too old, or was made by a clock that is ahead of ours. */
  | "stale"
  /** The edge meant another process, or did not know which. */
  | "other-instance"
  | "spent"
  /** More signatures are within their time than can be remembered. */
  | "full";

export type SingleUse = {
  /** Whom a signature must name. Each process has another one, so that none outlives the memory of it. */
  readonly instance: () => string;
  readonly use: (signed: Pick<VerifiedRequest, "nonce" | "createdMs" | "instance">, nowMs: number) => Use;
  /** Forgets that a signature was taken: whoever took it has not answered, and leaves it to another. */
  readonly giveBack: (signed: Pick<VerifiedRequest, "nonce">) => void;
};

export type SingleUseSettings = {
  /** A load balancer may send a request to the origin that it names. */
  readonly name?: string | undefined;
  readonly newId: () => string;
  readonly maxRemembered?: number;
};

export const MAX_AGE_MS = 10_000;
/** How far the edge's clock may be ahead. An edge whose clock is off by more is told so, and corrects it. */
export const MAX_AHEAD_MS = 2000;
/** A nonce must be remembered for as long as its signature might be shown again. */
const REMEMBER_MS = MAX_AGE_MS + MAX_AHEAD_MS;
/** Enough for 10,000 a second in two generations of nonces. They take some 25 MB then. */
const MAX_REMEMBERED = 250_000;

export function createSingleUse({
  name,
  newId,
  maxRemembered = MAX_REMEMBERED,
}: SingleUseSettings): SingleUse {
  const newInstance = (): string => (name === undefined ? newId() : `${name}.${newId()}`);
  let instance = newInstance();
  /** Two generations, so that the older one is forgotten as a whole. */
  let [current, previous] = [new Set<string>(), new Set<string>()];
  let turnedMs = Number.NEGATIVE_INFINITY;
  let latestMs = Number.NEGATIVE_INFINITY;

  const forget = (nowMs: number): void => {
    // Times that have passed come again when the clock is set back: what was forgotten would be young again.
    if (nowMs < latestMs - MAX_AHEAD_MS) {
      instance = newInstance();
      [current, previous, turnedMs] = [new Set(), new Set(), nowMs];
      latestMs = nowMs;
    }
    latestMs = Math.max(latestMs, nowMs);
    if (nowMs - turnedMs < REMEMBER_MS) return;
    [current, previous] = [new Set(), nowMs - turnedMs < 2 * REMEMBER_MS ? current : new Set()];
    turnedMs = nowMs;
  };

  return {
    instance: () => instance,
    use: (signed, nowMs) => {
      forget(nowMs);
      if (signed.instance !== instance) return "other-instance";
      const ageMs = nowMs - signed.createdMs;
      if (!(ageMs <= MAX_AGE_MS && ageMs >= -MAX_AHEAD_MS)) return "stale";
      if (current.has(signed.nonce) || previous.has(signed.nonce)) return "spent";
      if (current.size + previous.size >= maxRemembered) return "full";
      current.add(signed.nonce);
      return "taken";
    },
    giveBack: ({ nonce }) => {
      current.delete(nonce);
    },
  };
}
