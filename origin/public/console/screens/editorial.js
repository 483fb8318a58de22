// @ts-check
/**
 * Pins by calendar, drafts, conflicts, and what an audience would see. It is loaded when it is first opened.
 */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";

/** @type {import("@preact/signals").Signal<import("preact").ComponentType | undefined>} */
const loaded = signal(/** @type {import("preact").ComponentType | undefined} */ (undefined));

function View() {
  useEffect(() => {
    void import("./editorial/editorial.js").then(({ Editorial }) => (loaded.value = Editorial));
  }, []);
  return loaded.value === undefined ? html`<h1 aria-busy="true">Editorial</h1>` : html`<${loaded.value} />`;
}

export const screen = { id: "editorial", title: "Editorial", key: "4", View };
