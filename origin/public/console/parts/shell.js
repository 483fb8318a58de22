// @ts-check
/**
 * The frame around every screen: navigation, keys, theme, who has signed in, and whether the origin answers.
 */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { follow, goneMs } from "../live.js";
import { addressOf, go, route } from "../route.js";
import { SCREENS } from "../screens.js";
import { lookUp, operator, signOut } from "../session.js";
import { switchTheme, theme } from "../theme.js";
import { Gone } from "./gone.js";
import { Help } from "./help.js";
import { useKeys } from "./keys.js";
import { Jump } from "./jump.js";

const PASS_RENEWED_MS = 3_600_000;

export function Shell() {
  /** @type {import("@preact/signals").Signal<"none" | "help" | "jump">} */
  const open = useSignal(/** @type {"none" | "help" | "jump"} */ ("none"));
  useEffect(follow, []);
  useEffect(() => {
    const renewing = setInterval(() => void lookUp(), PASS_RENEWED_MS);
    return () => clearInterval(renewing);
  }, []);
  useKeys(() => ({
    "/": () => (open.value = "jump"),
    "?": () => (open.value = "help"),
    t: switchTheme,
    ...Object.fromEntries(SCREENS.map(({ id, key }) => [key, () => go(id)])),
  }));
  const shown = SCREENS.find(({ id }) => id === route.value.screen) ?? SCREENS[0];
  useEffect(() => {
    document.title = `${shown?.title ?? ""} · Spillway console`;
  }, [shown]);
  if (shown === undefined) return null;
  const close = () => (open.value = "none");
  return html`<div class="shell">
    <a class="skip" href="#main" onClick=${skip}>Skip to the screen</a>
    <header class="bar">
      <span class="brand"><img src="favicon.svg" alt="" width="24" height="24" /> Spillway</span>
      <nav aria-label="Screens">
        ${SCREENS.map(
          ({ id, title, key }) =>
            html`<a
              key=${id}
              href=${addressOf(id)}
              aria-current=${id === shown.id ? "page" : undefined}
              aria-keyshortcuts=${key}
              onKeyDown=${arrows}
              >${title}</a
            >`,
        )}
      </nav>
      <div class="tools">
        <button type="button" class="quiet" aria-keyshortcuts="/" onClick=${() => (open.value = "jump")}>
          Jump <kbd aria-hidden="true">/</kbd>
        </button>
        <button type="button" class="quiet" aria-keyshortcuts="?" onClick=${() => (open.value = "help")}>
          Help <kbd aria-hidden="true">?</kbd>
        </button>
        <button type="button" class="quiet" aria-keyshortcuts="t" onClick=${switchTheme}>
          Theme: ${theme.value}
        </button>
        <${Who} />
      </div>
    </header>
    ${goneMs.value > 0 && html`<${Gone} />`}
    <main id="main" tabindex="-1" key=${shown.id}><${shown.View} /></main>
    ${open.value === "help" && html`<${Help} onClose=${close} />`}
    ${open.value === "jump" && html`<${Jump} onClose=${close} />`}
  </div>`;
}

function Who() {
  const who = operator.value;
  if (who.kind !== "operator") return null;
  const { name, role } = who.operator;
  return html`<span class="who">${name}${name !== role && html`<small> ${role}</small>`}</span>
    <button type="button" class="quiet" onClick=${() => void signOut()}>Sign out</button>`;
}

/**
 * The address says which screen is shown, so the link moves the focus and nothing else. @param {MouseEvent}
 * event
 */
function skip(event) {
  event.preventDefault();
  document.querySelector("main")?.focus();
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function arrows(event) {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const links = [...(event.currentTarget.parentElement?.querySelectorAll("a") ?? [])];
  const at = links.findIndex((link) => link === event.currentTarget);
  links[(at + step + links.length) % links.length]?.focus();
  event.preventDefault();
}
