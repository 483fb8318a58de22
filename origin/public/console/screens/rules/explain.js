// @ts-check
/** The command that explains one request: its signals, the rule that decides, and the page. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { quoted } from "../../model/quoted.js";
import { Command } from "../../parts/command.js";

const OPTIONS = /** @type {const} */ ({
  cookie: "Cookie header",
  referrer: "Referer header",
  country: "Country that the platform reports",
  profile: "Taste, recency and depth, such as drama.fresh.regular",
});

export function Explain() {
  const address = useSignal("/recommendations?user=u42&context=homepage");
  const given = useSignal(/** @type {Record<string, string>} */ ({}));
  const options = Object.entries(given.value)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ` --${name} ${quoted(value)}`);
  return html`<section class="panel" aria-labelledby="explain-title">
    <h2 id="explain-title">Explain a request</h2>
    <div class="fields">
      <label for="explain-address">Request</label>
      <input
        id="explain-address"
        type="text"
        value=${address.value}
        onInput=${(/** @type {any} */ event) => (address.value = event.target.value)}
      />
      ${Object.entries(OPTIONS).map(
        ([name, label]) =>
          html`<label key=${`label ${name}`} for=${`explain-${name}`}>${label}</label>
            <input
              key=${name}
              id=${`explain-${name}`}
              type="text"
              value=${given.value[name] ?? ""}
              onInput=${(/** @type {any} */ event) => (given.value = { ...given.value, [name]: event.target.value })}
            />`,
      )}
    </div>
    <p class="hint">
      Where the data of the origin is, this says which rule decides, and what would be served:
    </p>
    <${Command} text=${`pnpm spillway explain ${quoted(address.value)}${options.join("")}`} />
  </section>`;
}
