/**
 * Hears of aborted rollouts ahead of KV: from every reply of the origin, and while none comes, by asking. An
 * isolate that has heard obeys the current version alone, until KV holds a document without that rollout.
 */
import { parseAborted } from "@spillway/shared/routing/rollout/aborted.ts";
import { shareAt } from "@spillway/shared/routing/rollout/rollout.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { PublishedState } from "../published/published-state.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { RoutingInKv } from "../published/routing-source.ts";
import { versionFor, type Arms } from "./arms.ts";

export type RolloutWatch = {
  /** The state as it decides about this visitor. It is called only where the routing has a rollout. */
  readonly stateFor: (
    state: PublishedState,
    rollout: Arms<RoutingInKv>,
    user: string,
    requestContext: RequestContext,
  ) => PublishedState;
  /** Every proven reply of the origin. */
  readonly heard: (headers: Headers) => void;
};

export type RolloutWatchDeps = {
  /** Resolves with the aborted rollout, if there is one; it may reject. */
  readonly ask: () => Promise<string | undefined>;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
};

/** An isolate that hears nothing asks this often. */
const ASK_EVERY_MS = 5000;
/** Asking begins before a stage holds, so that an isolate whose document is old knows of an abort by then. */
const ASK_BEFORE_MS = 10_000;
/** Below the 30 s that work may last behind a response. */
const ASK_FOR_MS = 25_000;
/** The platform may drop work behind a response without a word. */
const GONE_AFTER_MS = 30_000;

export function createRolloutWatch({ ask, clock, sleep }: RolloutWatchDeps): RolloutWatch {
  let aborted: string | undefined;
  let heardMs = Number.NEGATIVE_INFINITY;
  let askingUntilMs = Number.NEGATIVE_INFINITY;

  const keepAsking = async (id: string, endsMs: number): Promise<void> => {
    for (let nowMs = clock(); nowMs < endsMs && aborted !== id; nowMs = clock()) {
      const silentMs = nowMs - heardMs;
      if (silentMs >= ASK_EVERY_MS) {
        heardMs = nowMs;
        aborted = (await ask().catch(() => undefined)) ?? aborted;
      } else await sleep(ASK_EVERY_MS - silentMs);
    }
    askingUntilMs = Number.NEGATIVE_INFINITY;
  };

  return {
    stateFor: (state, rollout, user, { nowMs, waitUntil }) => {
      const { id, stages } = rollout;
      if (aborted === id || shareAt(stages, nowMs + ASK_BEFORE_MS) === 0) return state;
      if (nowMs >= askingUntilMs) {
        askingUntilMs = nowMs + GONE_AFTER_MS;
        waitUntil(keepAsking(id, nowMs + ASK_FOR_MS));
      }
      const routing = versionFor(rollout, user, nowMs);
      return routing === undefined ? state : { ...state, routing };
    },
    heard: (headers) => {
      heardMs = clock();
      aborted = parseAborted(headers.get(HEADER.rollout)) ?? aborted;
    },
  };
}
