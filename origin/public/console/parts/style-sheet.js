// @ts-check
/** Style sheets of screens that are loaded when they are first opened. */

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * Resolves once it holds, so that nothing is shown without it; also where it could not be loaded, since the
 * screen says more without it than not at all.
 * @param {string} path Such as `styles/clusters.css`.
 */
export function styleSheet(path) {
  const loading =
    asked.get(path) ??
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = path;
      link.addEventListener("load", () => resolve());
      link.addEventListener("error", () => resolve());
      document.head.append(link);
    });
  asked.set(path, loading);
  return loading;
}
