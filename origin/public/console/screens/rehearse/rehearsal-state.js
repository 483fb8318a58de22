// @ts-check
/** The rehearsals of this origin, and what the form asks for. It outlives the screen. */
/** @import { StartedRehearsal } from "@spillway/origin/rehearsals/messages.ts" */
/** @import { ReportView } from "@spillway/kit/charts/report-view.ts" */
/** @import { Limits, RehearsalNumbers } from "@spillway/simulation/rehearsal/command.ts" */
import { signal } from "@preact/signals";
import { reasonOf, request } from "../../session.js";

/**
 * @typedef {keyof RehearsalNumbers} NumberName
 * @typedef {{ name: string, from: string, threshold_per_s: number }} Band
 * @typedef {{ title: string, bands: readonly Band[], deadlineMs: number }} Rules
 * @typedef {{ scenarios: readonly { name: string, about: string }[], limits: Readonly<Record<NumberName, Limits>>,
 *   rehearsals: readonly StartedRehearsal[] }} Known
 * @typedef {StartedRehearsal & { view?: ReportView }} Opened
 */

export const known = signal(/** @type {Known | undefined} */ (undefined));
export const opened = signal(/** @type {Opened | undefined} */ (undefined));
export const rules = signal(/** @type {readonly Rules[]} */ ([]));
export const problem = signal("");

const AGAIN_MS = 500;

/** @param {"GET" | "POST"} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
async function asked(method, path, body) {
  try {
    const reply = await request(method, path, body === undefined ? {} : { body });
    problem.value = reply.ok ? "" : reasonOf(reply);
    return reply.ok ? reply.body : undefined;
  } catch {
    problem.value = "The origin does not answer.";
    return undefined;
  }
}

export async function loadKnown() {
  known.value = (await asked("GET", "rehearsals")) ?? known.value;
}

/** The routing in force, and what is written on the Rules screen where that is another one. */
export async function loadRules() {
  const inForce = await asked("GET", "routing");
  if (inForce === undefined) return;
  const { version, source, routing } = inForce;
  const ofForce = {
    title: `In force: version ${version}`,
    bands: routing.bands,
    deadlineMs: routing.deadline_ms,
  };
  rules.value = [ofForce];
  const { draftText } = await import("../rules/rules.js");
  const draft = draftText();
  if (draft === "" || draft === source) return;
  try {
    const { ok, body } = await request("POST", "routing/check", { body: draft, type: "application/toml" });
    if (!ok) return;
    rules.value = [{ title: "As written on Rules", bands: body.bands, deadlineMs: body.deadlineMs }, ofForce];
  } catch {
    // The one in force is there.
  }
}

/** @param {object} rehearsal @returns {Promise<StartedRehearsal | undefined>} */
export async function start(rehearsal) {
  const started = await asked("POST", "rehearsals", rehearsal);
  if (started !== undefined) opened.value = started;
  return started;
}

/** @param {string} id */
export async function cancel(id) {
  await asked("POST", "rehearsals/cancel", { id });
  await look(id);
}

/** @param {string} id */
async function look(id) {
  const found = await asked("GET", `rehearsals/result?id=${encodeURIComponent(id)}`);
  if (found !== undefined) opened.value = found;
}

/** Follows a rehearsal until it is over, or the returned function is called. @param {string} id */
export function followRehearsal(id) {
  let isOver = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const turn = async () => {
    await look(id);
    if (isOver) return;
    const isRunning = opened.value?.id === id && opened.value.state.kind === "running";
    if (isRunning) timer = setTimeout(turn, AGAIN_MS);
    else void loadKnown();
  };
  void turn();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
