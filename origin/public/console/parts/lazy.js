// @ts-check
/** A part of the page that is loaded when it is first shown. */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";

/**
 * @template Properties
 * @param {() => Promise<import("preact").ComponentType<Properties>>} load
 * @param {string} [title] Of a screen: its heading stands there meanwhile.
 * @returns {import("preact").FunctionComponent<Properties>}
 */
export function lazy(load, title) {
  const loaded = signal(/** @type {import("preact").ComponentType<Properties> | undefined} */ (undefined));
  const hasFailed = signal(false);
  return function Lazy(properties) {
    useEffect(() => {
      if (loaded.value !== undefined) return;
      load().then(
        (component) => (loaded.value = component),
        () => (hasFailed.value = true),
      );
    }, []);
    if (loaded.value !== undefined) return html`<${loaded.value} ...${properties} />`;
    if (hasFailed.value)
      return html`<p class="problem" role="alert">
        This part of the page could not be loaded. Reload the page when the origin answers.
      </p>`;
    return title === undefined ? null : html`<h1 aria-busy="true">${title}</h1>`;
  };
}
