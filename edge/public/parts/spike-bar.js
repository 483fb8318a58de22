// @ts-check
/**
 * The demo's spike: what happens in one sentence, who gets which page, and the buttons that make it happen.
 */
/** @import { DemoAction, DemoState } from "../net/demo-control.js" */
import { askDemo, isLocal, lookAtDemo } from "../net/demo-control.js";
import { find, html } from "./dom.js";

const CALM_MS = 3000;
const RUNNING_MS = 700;
const RUNGS = [
  ["individual", "the origin’s own page"],
  ["tailored", "made at the edge for them"],
  ["cluster", "for people like them"],
  ["generic", "everybody’s page"],
  ["failed", "no page"],
];

/**
 * @param {(message: string) => void} tell shows why something was refused
 * @param {() => void} onPhase the spike has come to another phase, or the origin has gone or come
 */
export function createSpikeBar(tell, onPhase) {
  const bar = find("#spike", HTMLElement);
  if (!isLocal) return;
  const sentence = html("p", { class: "spike-sentence" });
  // Figures change several times a second: only what turns is worth saying aloud.
  const turns = html("p", { class: "unseen", role: "status" });
  const shares = html("div", { class: "spike-shares", "aria-hidden": "true" });
  const buttons = html("div", { class: "spike-buttons" });
  const kickOff = button("Kick-off", "spike-kick-off", () => act(state?.isRunning ? "stop" : "kick-off"));
  const kill = button("Kill the origin", "spike-kill", async () => {
    if (state?.origin !== "starting") await act(state?.origin === "up" ? "kill-origin" : "start-origin");
  });
  buttons.append(kickOff, kill);
  bar.append(sentence, turns, shares, buttons);

  /** @type {DemoState | undefined} */
  let state;
  let seen = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function look() {
    clearTimeout(timer);
    state = await lookAtDemo();
    draw();
    // Where nothing was there at the beginning, nothing comes.
    if (state === undefined && seen === "") return;
    timer = setTimeout(() => void look(), state?.isRunning === true ? RUNNING_MS : CALM_MS);
  }

  function draw() {
    bar.hidden = state?.available !== true;
    if (state === undefined || bar.hidden) return;
    const text = state.problem === null ? state.sentence : `No spike: ${state.problem}`;
    if (sentence.textContent !== text) sentence.textContent = text;
    kickOff.textContent = state.isRunning ? "Stop" : "Kick-off";
    kill.textContent =
      state.origin === "up"
        ? "Kill the origin"
        : state.origin === "dead"
          ? "Start the origin again"
          : "The origin starts …";
    kill.setAttribute("aria-disabled", String(state.origin === "starting"));
    bar.dataset["origin"] = state.origin;
    shares.replaceChildren(...(state.isRunning ? sharesOf(state) : []));
    const now = `${state.isRunning} ${state.spike?.phase} ${state.origin}`;
    if (seen !== "" && seen !== now) {
      turns.textContent = text;
      onPhase();
    }
    seen = now;
  }

  /** @param {DemoAction} action */
  async function act(action) {
    const reason = await askDemo(action);
    if (reason !== undefined) tell(`Not now: ${reason}`);
    await look();
  }

  void look();
}

/** @param {DemoState} state */
function sharesOf({ spike }) {
  if (spike === null) return [];
  const { byRung, failed } = spike.recent;
  const counts = new Map(Object.entries({ ...byRung, failed }));
  counts.set("cluster", (counts.get("cluster") ?? 0) + (counts.get("parent") ?? 0));
  counts.set("generic", (counts.get("generic") ?? 0) + (counts.get("builtin") ?? 0));
  return RUNGS.flatMap(([rung = "", what = ""]) => {
    const count = counts.get(rung) ?? 0;
    if (count === 0) return [];
    // A style attribute would need a weaker policy for the whole page.
    const share = html("span", { class: "spike-share", "data-rung": rung }, `${count} ${what}`);
    share.style.flexGrow = String(count);
    return [share];
  });
}

/**
 * @param {string} text
 * @param {string} name
 * @param {() => Promise<void>} onClick
 */
function button(text, name, onClick) {
  const element = html("button", { type: "button", class: `spike-button ${name}` }, text);
  element.addEventListener("click", () => void onClick());
  return element;
}
