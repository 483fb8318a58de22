// @ts-check
/** Asks one isolate of the edge what it knows, with the pass that it can verify by itself. */
/** @import { NowMixLatest } from "@spillway/shared/protocol/now-state.ts" */
import { signal } from "@preact/signals";
import { operator } from "./session.js";

/**
 * @typedef {{ isolate: string, served: Record<string, number>, routing: { version: number, mode: string },
 *   generation: number | null, admission: Record<string, unknown> }} IsolateState
 * @typedef {{ state: IsolateState, latest: NowMixLatest | undefined }} Isolate
 */

/** @type {import("@preact/signals").Signal<Isolate | undefined>} */
export const isolate = signal(/** @type {Isolate | undefined} */ (undefined));

const EDGE = document.querySelector('meta[name="edge"]')?.getAttribute("content") ?? "";
const RUNGS = ["individual", "tailored", "cluster", "parent", "generic", "builtin"];
const ANSWER_WITHIN_MS = 1000;
/** Figures of a shorter time are chance. */
const SPAN_MS = 5000;

/** @type {{ atMs: number, state: IsolateState }[]} */
let looks = [];

export async function askIsolate() {
  const who = operator.value;
  if (EDGE === "" || who.kind !== "operator" || who.operator.edgePass === undefined) return;
  try {
    const response = await fetch(`${EDGE}/console/isolate`, {
      headers: { authorization: `Bearer ${who.operator.edgePass}` },
      credentials: "omit",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const state = /** @type {IsolateState} */ (await response.json());
    const atMs = performance.now();
    // Another isolate has counted by itself.
    looks = [
      ...looks.filter((look) => look.state.isolate === state.isolate && atMs - look.atMs <= SPAN_MS),
      { atMs, state },
    ];
    isolate.value = { state, latest: latestOf(looks) };
  } catch {
    isolate.value = undefined;
    looks = [];
  }
}

/** @param {typeof looks} all @returns {NowMixLatest | undefined} */
function latestOf(all) {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  // An isolate says nothing of a rung that it has never served.
  const calls = Object.fromEntries(
    RUNGS.map((rung) => [rung, (last.state.served[rung] ?? 0) - (first.state.served[rung] ?? 0)]),
  );
  return {
    spanMs: last.atMs - first.atMs,
    calls: /** @type {NowMixLatest["calls"]} */ (calls),
    originFailed: 0,
  };
}
