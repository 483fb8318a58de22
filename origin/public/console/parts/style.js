// @ts-check
/** The style sheet of a part that is loaded later. */

/** Resolves when it holds; without it the part is plain. @param {string} path Below `/console/`. @returns {Promise<void>} */
export function styled(path) {
  if (document.querySelector(`link[href="${path}"]`) !== null) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = path;
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => resolve());
    document.head.append(link);
  });
}
