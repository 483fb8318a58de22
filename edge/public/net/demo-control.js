// @ts-check
/**
 * Asks the `start` of this machine, through the edge, to play a spike of the demo. Elsewhere than on this
 * machine there is nobody to ask, and nobody is asked.
 */

/**
 * @typedef {{
 *   readonly available: boolean, readonly origin: "up" | "dead" | "starting", readonly isRunning: boolean,
 *   readonly sentence: string, readonly problem: string | null,
 *   readonly spike: { readonly phase: string, readonly recent: { readonly visitors: number,
 *     readonly failed: number, readonly byRung: Readonly<Record<string, number>> } } | null,
 * }} DemoState
 * @typedef {"kick-off" | "stop" | "kill-origin" | "start-origin"} DemoAction
 */

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);
const ANSWER_WITHIN_MS = 3000;

export const isLocal = LOCAL.has(location.hostname);

/**
 * Undefined where there is no such demo.
 * @returns {Promise<DemoState | undefined>}
 */
export async function lookAtDemo() {
  try {
    const response = await fetch("demo", { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? /** @type {DemoState} */ (await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {DemoAction} action
 * @returns {Promise<string | undefined>} why not, if not
 */
export async function askDemo(action) {
  try {
    const response = await fetch(`demo/${action}`, {
      method: "POST",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.ok) return undefined;
    const { reason } = /** @type {{ reason?: string }} */ (await response.json());
    return reason ?? `refused (${response.status})`;
  } catch {
    return "the edge does not answer";
  }
}
