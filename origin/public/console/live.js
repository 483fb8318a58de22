// @ts-check
/**
 * Follows what happens now: a second's state right after that second, and what an isolate knows meanwhile.
 */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { signal } from "@preact/signals";
import { continued } from "./model/continued.js";
import { askIsolate } from "./isolate.js";
import { request } from "./session.js";

/** @type {import("@preact/signals").Signal<NowState | undefined>} */
export const now = signal(/** @type {NowState | undefined} */ (undefined));

/**
 * For how long the origin has not answered, in milliseconds; 0 while it does. A dead one is told of within
 * three seconds: a second until it is asked, another for the answer, and half of one until it is asked again.
 */
export const goneMs = signal(0);

const ANSWER_WITHIN_MS = 1000;
const AGAIN_MS = 400;
const GONE_AFTER_MS = 1400;
/** A page that nobody looks at goes on with the title alone. */
const HIDDEN_MS = 5000;
/** After a second's end, at a moment of this page's own: many open consoles don't ask all at once. */
const PARTIAL_MS = 30 + 270 * Math.random();

let answeredMs = performance.now();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let generation = 0;

/** Begins to follow, until the returned function is called. */
export function follow() {
  const mine = (generation += 1);
  answeredMs = performance.now();
  const turn = async () => {
    const waitMs = await look();
    if (mine !== generation) return;
    clearTimeout(timer);
    timer = setTimeout(turn, document.hidden ? Math.max(waitMs, HIDDEN_MS) : waitMs);
  };
  const seen = () => {
    if (document.hidden) return;
    clearTimeout(timer);
    void turn();
  };
  document.addEventListener("visibilitychange", seen);
  void turn();
  return () => {
    generation += 1;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Asks once more before the next turn, right after an action. */
export async function lookNow() {
  await look();
}

/** @returns {Promise<number>} In how many milliseconds to look again. */
async function look() {
  const known = now.value;
  const isAway = goneMs.value > 0;
  try {
    const since = known === undefined ? "" : `?since=${known.atMs}`;
    const signalled = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const reply = await request("GET", `now${since}`, { signal: signalled });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    now.value = continued(known, reply.body);
    answeredMs = performance.now();
    goneMs.value = 0;
    const next = /next;dur=(\d+)/.exec(reply.headers.get("server-timing") ?? "")?.[1];
    return Math.min(1000, Number(next ?? 1000)) + PARTIAL_MS;
  } catch {
    const silentMs = performance.now() - answeredMs;
    if (silentMs >= GONE_AFTER_MS || isAway) {
      goneMs.value = silentMs;
      await askIsolate();
    }
    return AGAIN_MS;
  }
}
