// @ts-check
/** Rules: those in force, an editor that underlines what is wrong, and the versions before. */
/** @import { TextIssue } from "../../model/marked-text.js" */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { optionsOf, PushDialog } from "../../parts/push-dialog.js";
import { Rollout } from "../../parts/rollout.js";
import { addressOf, go, route } from "../../route.js";
import { may, reasonOf, request } from "../../session.js";
import { Editor } from "./editor.js";
import { DryRun } from "./dry-run.js";
import { Explain } from "./explain.js";
import { History } from "./history.js";
import { InForce } from "./in-force.js";

/**
 * @typedef {{ version: number, pushedAt: string, by?: string, source: string, routing: any, warnings:
 * readonly string[] }} Current
 */

const CHECKED_AFTER_MS = 350;

/** They outlive the screen, so that an unfinished text is there again when somebody comes back. */
const current = signal(/** @type {Current | undefined} */ (undefined));
const versions = signal(/** @type {readonly import("./history.js").Version[]} */ ([]));
const rollout = signal(
  /** @type {import("@spillway/shared/protocol/rollout-status.ts").RolloutStatus | undefined} */ (undefined),
);
const text = signal("");
/** The version of the address whose text has been put into the editor. */
const opened = signal(/** @type {string | null} */ (null));
const issues = signal(/** @type {readonly TextIssue[]} */ ([]));
const checked = signal(/** @type {"unchanged" | "checking" | "valid" | "wrong"} */ ("unchanged"));
const problem = signal("");
const change = signal(/** @type {import("../../parts/push-dialog.js").Change | undefined} */ (undefined));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
let asked = 0;

/** What somebody writes is there again after a reload of this tab. */
const KEPT = "spillway-console-rules";

/** What is written, for who rehearses it; empty where nothing is. */
export function draftText() {
  return text.value === "" ? (kept() ?? "") : text.value;
}

/** @returns {string | undefined} */
function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? undefined;
  } catch {
    // A browser may keep nothing for this page.
    return undefined;
  }
}

/** @param {string} written Empty: there is nothing to keep. */
function keep(written) {
  try {
    if (written === "") sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, written);
  } catch {
    // Then it is there until the page is closed.
  }
}

function write(/** @type {string} */ written) {
  text.value = written;
  keep(written === current.value?.source ? "" : written);
  clearTimeout(waiting);
  if (written === current.value?.source) {
    issues.value = [];
    checked.value = "unchanged";
    return;
  }
  checked.value = "checking";
  waiting = setTimeout(() => void check(written), CHECKED_AFTER_MS);
}

async function check(/** @type {string} */ written) {
  const turn = (asked += 1);
  try {
    const reply = await request("POST", "routing/check", { body: written, type: "application/toml" });
    // What was written since is asked about by itself.
    if (turn !== asked) return;
    problem.value = reply.ok || reply.status === 400 ? "" : reasonOf(reply);
    issues.value = reply.ok ? [] : (reply.body?.errors ?? []);
    checked.value = reply.ok ? "valid" : "wrong";
  } catch {
    problem.value = "The origin does not answer: the text is not checked.";
  }
}

/** @param {boolean} [isTaken] True where what was written has been pushed. */
async function load(isTaken = false) {
  try {
    const [now, before, rolled] = await Promise.all([
      request("GET", "routing"),
      request("GET", "routing/versions"),
      request("GET", "routing/rollout"),
    ]);
    rollout.value = rolled.body?.rollout ?? undefined;
    problem.value = now.ok ? "" : reasonOf(now);
    if (!now.ok) return;
    const isUntouched = isTaken || current.value === undefined || text.value === current.value.source;
    current.value = now.body;
    versions.value = before.body?.versions ?? [];
    if (isUntouched) write(now.body.source);
  } catch {
    problem.value = "The origin does not answer.";
  }
}

/** The version that stands in the address. @param {string} version */
async function open(version) {
  try {
    const reply = await request("GET", `routing/file?${new URLSearchParams({ version })}`);
    if (reply.ok) {
      write(reply.body.source);
      // The address is enough to find it again.
      keep("");
    }
    opened.value = reply.ok ? version : null;
    problem.value = reply.ok ? "" : `The address names no version that can be shown: ${reasonOf(reply)}.`;
    document.querySelector("#rules-text")?.scrollIntoView();
  } catch {
    problem.value = "The origin does not answer.";
  }
}

/** The address with these parameters; null takes one out. @param {Record<string, string | null>} changes */
function goTo(changes) {
  const parameters = { ...Object.fromEntries(route.value.parameters), ...changes };
  const given = Object.entries(parameters).filter(([, value]) => value !== null);
  go("rules", /** @type {Record<string, string>} */ (Object.fromEntries(given)));
}

/** What a push does to a rollout that is on. */
function endsRollout() {
  const { id, end } = rollout.value ?? {};
  return id === undefined || end !== undefined
    ? ""
    : ` Rollout ${id} is on: pushed for everybody, this ends it.`;
}

function askToPush() {
  const version = current.value?.version ?? 0;
  change.value = {
    title: "Push these rules?",
    what: `The text is stored as a new version: the gate obeys at once, every edge isolate within its read cycle. By stages, a growing part of the visitors obeys it, and a guard that is breached takes it back.${endsRollout()}`,
    command: (said) =>
      `pnpm spillway routing push routing.toml --expect-version ${version}${optionsOf(said)}`,
    method: "PUT",
    path: "routing",
    // Nobody's change is undone by who did not see it.
    parameters: { file: "routing.toml", expect: String(version) },
    body: text.value,
    type: "application/toml",
    mayStage: true,
  };
}

function askToRevert(/** @type {number} */ version) {
  change.value = {
    title: `Revert to version ${version}?`,
    what: `Version ${version} is pushed again, as a new version: the gate obeys at once, every edge isolate within its read cycle.${endsRollout()}`,
    command: (said) => `pnpm spillway routing rollback --version ${version}${optionsOf(said)}`,
    method: "POST",
    path: "routing/rollback",
    body: { version },
  };
}

const SAYS = { unchanged: "As it is in force.", checking: "Checking…", valid: "Valid.", wrong: "Not valid." };

export function Rules() {
  const { parameters } = route.value;
  const version = parameters.get("version");
  useEffect(() => {
    const wasOpen = current.value !== undefined && opened.value === version;
    const unfinished = current.value === undefined ? kept() : undefined;
    void load().then(() => {
      if (unfinished !== undefined && current.value !== undefined) write(unfinished);
      else if (version !== null && !wasOpen) void open(version);
    });
  }, [version]);
  const now = current.value;
  if (now === undefined)
    return html`<h1>Rules</h1>
      <p role="status">${problem.value === "" ? "Reading the rules in force…" : problem.value}</p>`;
  const close = () => (change.value = undefined);
  return html`<div class="rules">
    <h1>Rules</h1>
    <${InForce} ...${now} rules=${now.routing.rules} />
    <section class="panel" aria-labelledby="editor-title">
      <h2 id="editor-title">Write, check, push</h2>
      <${Editor} text=${text.value} issues=${issues.value} isReadOnly=${!may("operator")} onText=${write} />
      <p class="problem" role="alert">${problem.value}</p>
      <p class="buttons">
        <span role="status" data-checked=${checked.value}>${SAYS[checked.value]}</span>
        ${
          may("operator") &&
          html`<button type="button" class="act" disabled=${checked.value !== "valid"} onClick=${askToPush}>
              Push…
            </button>
            <button
              type="button"
              disabled=${checked.value === "unchanged"}
              onClick=${() => {
                write(now.source);
                goTo({ version: null, try: null, at: null });
              }}
            >
              Back to what is in force
            </button>`
        }
      </p>
      <${Command} text="pnpm spillway routing check routing.toml" />
      <p><a href=${addressOf("rehearse")}>What would happen at kick-off?</a></p>
      <${DryRun}
        text=${text.value}
        isValid=${checked.value === "valid" || checked.value === "unchanged"}
        at=${parameters.get("at") ?? ""}
        isAsked=${parameters.has("try") && (version === null || opened.value === version)}
        onRun=${(/** @type {string} */ at) => goTo({ at: at === "" ? null : at, try: "" })}
      />
    </section>
    ${
      rollout.value !== undefined && html`<${Rollout} rollout=${rollout.value} onDone=${() => void load()} />`
    }
    <${Explain} />
    <${History}
      versions=${versions.value}
      current=${now.version}
      canRevert=${may("operator")}
      onOpen=${(/** @type {number} */ wanted) => {
        if (String(wanted) === version) void open(version);
        else goTo({ version: String(wanted), try: null });
      }}
      onRevert=${askToRevert}
    />
    ${
      change.value !== undefined &&
      html`<${PushDialog}
        change=${change.value}
        onClose=${close}
        onDone=${() => {
          const isTaken = change.value?.mayStage === true;
          close();
          if (isTaken && version !== null) goTo({ version: null, try: null });
          void load(isTaken);
        }}
      />`
    }
  </div>`;
}
