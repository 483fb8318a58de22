// @ts-check
/**
 * The address of a view: `#now?until=2026-07-10T20:15:00Z`. Its times are absolute, so that a link shows what
 * its sender saw.
 */
import { signal } from "@preact/signals";

/** @typedef {{ screen: string, parameters: URLSearchParams }} Route */

/** @returns {Route} */
function read() {
  const [screen = "", query = ""] = location.hash.slice(1).split("?", 2);
  // A plus is one, as in 22:15+02:00: nobody who writes an address by hand means a blank by it.
  const parameters = new URLSearchParams(query.replaceAll("+", "%2B"));
  return { screen: screen === "" ? "now" : screen, parameters };
}

export const route = signal(read());

window.addEventListener("hashchange", () => {
  route.value = read();
});

/** @param {string} screen @param {Record<string, string>} [parameters] */
export function addressOf(screen, parameters = {}) {
  const query = new URLSearchParams(parameters).toString().replaceAll("+", "%20").replaceAll("%3A", ":");
  return `#${screen}${query === "" ? "" : `?${query}`}`;
}

/**
 * The same view with other parameters, at once and in the place of this one: what is typed is no history.
 * @param {string} screen @param {Record<string, string>} [parameters]
 */
export function amend(screen, parameters) {
  history.replaceState(null, "", addressOf(screen, parameters));
  route.value = read();
}

/** @param {string} screen @param {Record<string, string>} [parameters] */
export function go(screen, parameters) {
  location.hash = addressOf(screen, parameters);
  // Whoever acts before the browser tells of it finds it done.
  route.value = read();
}
