// @ts-check
/** What the last day cost. It is loaded when it is first opened. */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";

/** @type {import("@preact/signals").Signal<import("preact").ComponentType | undefined>} */
const loaded = signal(/** @type {import("preact").ComponentType | undefined} */ (undefined));

function View() {
  useEffect(() => {
    void import("./cost/cost.js").then(({ Costs }) => (loaded.value = Costs));
  }, []);
  return loaded.value === undefined ? html`<h1 aria-busy="true">Cost</h1>` : html`<${loaded.value} />`;
}

export const screen = { id: "cost", title: "Cost", key: "7", View };
