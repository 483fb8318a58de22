// @ts-check
/**
 * The buttons of the demo: they ask the `start` of this machine, through the edge, since this origin may be
 * the one that is killed. Where no `start` runs the demo, nothing of them is shown.
 */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { may } from "../session.js";
import { Command } from "./command.js";

/**
 * @typedef {{ available: boolean, origin: "up" | "dead" | "starting", isRunning: boolean, sentence: string,
 *   problem: string | null }} DemoState
 */

const EDGE = document.querySelector('meta[name="edge"]')?.getAttribute("content") ?? "";
const IS_LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+$/.test(EDGE);
const ANSWER_WITHIN_MS = 3000;
const EVERY_MS = 1000;

export function Demo() {
  /** @type {import("@preact/signals").Signal<DemoState | undefined>} */
  const state = useSignal(/** @type {DemoState | undefined} */ (undefined));
  const problem = useSignal("");
  useEffect(() => {
    if (!IS_LOCAL) return undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let isOver = false;
    const turn = async () => {
      const isFirst = state.value === undefined;
      state.value = await ask("GET", "").catch(() => (isFirst ? undefined : state.value));
      if (!isOver && state.value !== undefined) timer = setTimeout(turn, EVERY_MS);
    };
    void turn();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  const known = state.value;
  if (known === undefined || !known.available || !may("operator")) return null;
  const act = async (/** @type {string} */ action) => {
    try {
      state.value = await ask("POST", `/${action}`);
      problem.value = "";
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const { origin, isRunning, sentence } = known;
  return html`<section class="panel" aria-labelledby="demo-title">
    <h2 id="demo-title">The demo</h2>
    <p>${sentence}</p>
    <p>
      <button type="button" class="act" onClick=${() => void act(isRunning ? "stop" : "kick-off")}>
        ${isRunning ? "Stop the spike" : "Kick-off"}
      </button>
      ${" "}
      <button
        type="button"
        disabled=${origin === "starting"}
        onClick=${() => void act(origin === "up" ? "kill-origin" : "start-origin")}
      >
        ${origin === "up" ? "Kill the origin" : origin === "dead" ? "Start the origin again" : "The origin starts …"}
      </button>
    </p>
    <${Command} text="pnpm spillway spike --to 100T --for 60s --kill-origin-at 20s" />
    <p class="problem" role="alert">${problem.value || known.problem || ""}</p>
  </section>`;
}

/** @param {string} method @param {string} path @returns {Promise<DemoState>} */
async function ask(method, path) {
  const response = await fetch(`${EDGE}/demo${path}`, {
    method,
    credentials: "omit",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`Not now: ${body.reason ?? response.status}.`);
  return body;
}
