// @ts-check
/** Rules: those in force, an editor that underlines what is wrong, and the versions before. */
/** @import { TextIssue } from "../../model/marked-text.js" */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { may, reasonOf, request } from "../../session.js";
import { Editor } from "./editor.js";
import { DryRun } from "./dry-run.js";
import { Explain } from "./explain.js";
import { History } from "./history.js";
import { InForce } from "./in-force.js";
import { PushDialog } from "./push-dialog.js";
import { Rollout } from "./rollout.js";

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
const issues = signal(/** @type {readonly TextIssue[]} */ ([]));
const checked = signal(/** @type {"unchanged" | "checking" | "valid" | "wrong"} */ ("unchanged"));
const problem = signal("");
const change = signal(/** @type {import("./push-dialog.js").Change | undefined} */ (undefined));

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

/** As a shell takes it. @param {Readonly<Record<string, string>>} said */
function optionsOf(said) {
  return Object.entries(said)
    .map(([name, value]) => ` --${name} '${value.replaceAll("'", String.raw`'\''`)}'`)
    .join("");
}

function askToPush() {
  const version = current.value?.version ?? 0;
  change.value = {
    title: "Push these rules?",
    what: "The text is stored as a new version: the gate obeys at once, every edge isolate within its read cycle. By stages, a growing part of the visitors obeys it, and a guard that is breached takes it back.",
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
    what: `Version ${version} is pushed again, as a new version: the gate obeys at once, every edge isolate within its read cycle.`,
    command: (said) => `pnpm spillway routing rollback --version ${version}${optionsOf(said)}`,
    method: "POST",
    path: "routing/rollback",
    body: { version },
  };
}

function askAboutRollout(/** @type {"abort" | "promote"} */ act) {
  change.value = {
    title: act === "abort" ? "Abort the rollout?" : "On to the next stage?",
    what:
      act === "abort"
        ? "Everybody obeys the version in force again."
        : "The next stage is announced now, if its guards allow.",
    command: (said) => `pnpm spillway routing rollout ${act}${optionsOf(said)}`,
    method: "POST",
    path: `routing/rollout/${act}`,
  };
}

const SAYS = { unchanged: "As it is in force.", checking: "Checking…", valid: "Valid.", wrong: "Not valid." };

export function Rules() {
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
      <${DryRun} text=${text.value} isValid=${checked.value === "valid" || checked.value === "unchanged"} />
    </section>
    ${
      rollout.value !== undefined &&
      html`<${Rollout} rollout=${rollout.value} canAct=${may("operator")} onAct=${askAboutRollout} />`
    }
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
          const isTaken = change.value?.mayStage === true;
          close();
          void load(isTaken);
        }}
      />`
    }
  </div>`;
}
