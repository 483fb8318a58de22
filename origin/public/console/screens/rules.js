// @ts-check
/** Rules: those in force, an editor that underlines what is wrong, and the versions before. */
/** @import { TextIssue } from "../model/marked-text.js" */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../parts/command.js";
import { may, reasonOf, request } from "../session.js";
import { Editor } from "./rules/editor.js";
import { Explain } from "./rules/explain.js";
import { History } from "./rules/history.js";
import { InForce } from "./rules/in-force.js";
import { PushDialog } from "./rules/push-dialog.js";

/** @typedef {{ version: number, pushedAt: string, by?: string, source: string, routing: any, warnings: readonly string[] }} Current */

const CHECKED_AFTER_MS = 350;

/** They outlive the screen, so that an unfinished text is there again when somebody comes back. */
const current = signal(/** @type {Current | undefined} */ (undefined));
const versions = signal(/** @type {readonly import("./rules/history.js").Version[]} */ ([]));
const text = signal("");
const issues = signal(/** @type {readonly TextIssue[]} */ ([]));
const checked = signal(/** @type {"unchanged" | "checking" | "valid" | "wrong"} */ ("unchanged"));
const problem = signal("");
const change = signal(/** @type {import("./rules/push-dialog.js").Change | undefined} */ (undefined));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
let asked = 0;

function write(/** @type {string} */ written) {
  text.value = written;
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

async function load() {
  try {
    const [now, before] = await Promise.all([request("GET", "routing"), request("GET", "routing/versions")]);
    problem.value = now.ok ? "" : reasonOf(now);
    if (!now.ok) return;
    const isUntouched = current.value === undefined || text.value === current.value.source;
    current.value = now.body;
    versions.value = before.body?.versions ?? [];
    if (isUntouched) write(now.body.source);
  } catch {
    problem.value = "The origin does not answer.";
  }
}

async function open(/** @type {number} */ version) {
  try {
    const reply = await request("GET", `routing/file?version=${version}`);
    if (reply.ok) write(reply.body.source);
    problem.value = reply.ok ? "" : reasonOf(reply);
    document.querySelector("#rules-text")?.scrollIntoView();
  } catch {
    problem.value = "The origin does not answer.";
  }
}

/** As a shell takes it. @param {string} note */
function noteOption(note) {
  return note === "" ? "" : ` --note '${note.replaceAll("'", String.raw`'\''`)}'`;
}

function askToPush() {
  change.value = {
    title: "Push these rules?",
    what: "The text is stored as a new version.",
    command: (note) => `pnpm spillway routing push routing.toml${noteOption(note)}`,
    method: "PUT",
    path: "routing?file=routing.toml",
    body: text.value,
    type: "application/toml",
  };
}

function askToRevert(/** @type {number} */ version) {
  change.value = {
    title: `Revert to version ${version}?`,
    what: `Version ${version} is pushed again, as a new version.`,
    command: (note) => `pnpm spillway routing rollback --version ${version}${noteOption(note)}`,
    method: "POST",
    path: "routing/rollback",
    body: { version },
  };
}

const SAYS = { unchanged: "As it is in force.", checking: "Checking…", valid: "Valid.", wrong: "Not valid." };

function View() {
  useEffect(() => void load(), []);
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
              onClick=${() => write(now.source)}
            >
              Back to what is in force
            </button>`
        }
      </p>
      <${Command} text="pnpm spillway routing check routing.toml" />
      <p class="hint">What it would change, by recorded traffic:</p>
      <${Command} text="pnpm spillway routing try routing.toml" />
    </section>
    <${Explain} />
    <${History}
      versions=${versions.value}
      current=${now.version}
      canRevert=${may("operator")}
      onOpen=${(/** @type {number} */ version) => void open(version)}
      onRevert=${askToRevert}
    />
    ${
      change.value !== undefined &&
      html`<${PushDialog}
        change=${change.value}
        onClose=${close}
        onDone=${() => {
          close();
          // What was pushed is what the editor shows from now on.
          if (current.value !== undefined) current.value = { ...current.value, source: text.value };
          void load();
        }}
      />`
    }
  </div>`;
}

export const screen = { id: "rules", title: "Rules", key: "2", View };
