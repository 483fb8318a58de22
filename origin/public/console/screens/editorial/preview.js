// @ts-check
/** What an audience would see, with the pins in force, at a time. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { go, route } from "../../route.js";
import { reasonOf, request } from "../../session.js";
import { quoted } from "../../model/quoted.js";

/**
 * @typedef {{ at: string, cluster: string, pageOf?: string, pins: readonly { id: string, isShown: boolean,
 *   reason: string }[], carousels: readonly { id: string, title: string, items: readonly { id: string,
 *   title: string }[] }[] }} Seen
 */

const CONTEXTS = ["homepage", "live", "movies", "series", "kids"];
const SHOWN_ITEMS = 8;

/** @param {{ facts: import("./facts.js").Facts }} props */
export function Preview({ facts }) {
  const { parameters } = route.value;
  const as = useSignal(parameters.get("as") ?? "");
  const context = useSignal(parameters.get("on") ?? "homepage");
  const at = useSignal((parameters.get("at") ?? "").replace(/Z$/, ""));
  const problem = useSignal("");
  /** @type {import("@preact/signals").Signal<Seen | undefined>} */
  const seen = useSignal(/** @type {Seen | undefined} */ (undefined));
  /** The address names what is shown, so that a link shows it again. */
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const { from } = Object.fromEntries(route.value.parameters);
    const named = { as: as.value.trim(), on: context.value, at: at.value === "" ? "" : `${at.value}Z` };
    const given = Object.entries({ from: from ?? "", ...named }).filter(([, value]) => value !== "");
    go("editorial", Object.fromEntries(given));
    void show();
  };
  useEffect(() => {
    if (parameters.has("on")) void show();
  }, []);
  const show = async () => {
    try {
      const time = at.value === "" ? {} : { at: `${at.value}Z` };
      const body = { ...audience(as.value), context: context.value, ...time };
      const reply = await request("POST", "editorial/preview", { body });
      problem.value = reply.ok ? "" : reasonOf(reply);
      seen.value = reply.ok ? reply.body : undefined;
    } catch (error) {
      problem.value = error instanceof RangeError ? error.message : "The origin does not answer.";
    }
  };
  return html`<section class="panel" aria-labelledby="preview-title">
    <h2 id="preview-title">Preview</h2>
    <form class="fields" onSubmit=${submit}>
      <label>
        As
        <input
          value=${as.value}
          placeholder="team=ESP,country=DE,rating=12"
          onInput=${(/** @type {any} */ { target }) => (as.value = target.value)}
        />
      </label>
      <label>
        On
        <select
          value=${context.value}
          onChange=${(/** @type {any} */ { target }) => (context.value = target.value)}
        >
          ${CONTEXTS.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
      </label>
      <label>
        At, UTC
        <input
          type="datetime-local"
          value=${at.value}
          onInput=${(/** @type {any} */ { target }) => (at.value = target.value)}
        />
      </label>
      <button class="act">Show</button>
      <button type="button" onClick=${() => (at.value = facts.now.slice(0, 16))}>Now</button>
    </form>
    <${Command} text=${commandOf(as.value, context.value, at.value)} />
    <p class="problem" role="alert">${problem.value}</p>
    ${seen.value !== undefined && html`<${Page} seen=${seen.value} />`}
  </section>`;
}

/** @param {{ seen: Seen }} props */
function Page({ seen: { at, cluster, pageOf, pins, carousels } }) {
  return html`<div role="status">
    <p class="hint">
      ${at.slice(0, 16).replace("T", " ")} UTC, cluster ${cluster},
      ${pageOf === undefined ? " of which no page is stored yet" : ` with the page of ${pageOf}`}
    </p>
    <ol class="carousels">
      ${carousels.map(
        ({ id, title, items }) =>
          html`<li key=${id} class=${id.startsWith("pin-") ? "pinned" : ""}>
            <b>${title}</b>
            <small>
              ${items
                .slice(0, SHOWN_ITEMS)
                .map((item) => item.title)
                .join(" · ")}</small
            >
          </li>`,
      )}
    </ol>
    <ul>
      ${pins.map(
        ({ id, isShown, reason }) =>
          html`<li key=${id}>${isShown ? "Shown" : "Not shown"}: <b>${id}</b> ${reason}</li>`,
      )}
    </ul>
  </div>`;
}

/** The same form as the command's `--as`. Throws a RangeError. @param {string} text */
function audience(text) {
  /** @type {Record<string, string>} */
  const signals = {};
  for (const part of text.split(",").filter((one) => one.trim() !== "")) {
    const [name = "", value] = part.split("=", 2);
    if (value === undefined) throw new RangeError(`${part.trim()} must be such as team=ESP`);
    signals[name.trim()] = value.trim();
  }
  const { country, rating, ...as } = signals;
  return {
    as,
    ...(country !== undefined && { country }),
    ...(rating !== undefined && { rating: Number(rating) }),
  };
}

/** @param {string} as @param {string} context @param {string} at */
function commandOf(as, context, at) {
  const parts = [
    "pnpm spillway pins preview",
    ...(as.trim() === "" ? [] : [`--as ${quoted(as.trim())}`]),
    ...(context === "homepage" ? [] : [`--context ${context}`]),
    ...(at === "" ? [] : [`--at ${at}Z`]),
  ];
  return parts.join(" ");
}
