// @ts-check
/** The arrow keys move among cards, as on a television. */

/**
 * Left and right move within a row, up and down between rows, Home and End to the ends of a row.
 * @param {HTMLElement} main
 */
export function moveByArrows(main) {
  main.addEventListener("keydown", (event) => {
    const from = event.target instanceof Element ? event.target.closest("[data-spillway-item]") : null;
    if (from === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = neighbour(main, from, event.key);
    if (!(to instanceof HTMLElement)) return;
    event.preventDefault();
    for (const sibling of to.closest(".cards")?.querySelectorAll(".card-open") ?? [])
      sibling.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

/**
 * @param {HTMLElement} main
 * @param {Element} from
 * @param {string} key
 */
function neighbour(main, from, key) {
  const line = [...(from.closest(".hero, .cards")?.querySelectorAll("[data-spillway-item]") ?? [])];
  const position = line.indexOf(from);
  switch (key) {
    case "ArrowRight":
      return line[position + 1];
    case "ArrowLeft":
      return line[position - 1];
    case "Home":
      return line[0];
    case "End":
      return line.at(-1);
    case "ArrowDown":
      return nearest(main, from, 1);
    case "ArrowUp":
      return nearest(main, from, -1);
    default:
      return undefined;
  }
}

/**
 * Returns the nearest card above or below on the screen: in the next row, or in the next line of a grid.
 * @param {HTMLElement} main
 * @param {Element} from
 * @param {1 | -1} direction
 */
function nearest(main, from, direction) {
  const start = from.getBoundingClientRect();
  const candidates = [...main.querySelectorAll("[data-spillway-item]")].flatMap((element) => {
    const box = element.getBoundingClientRect();
    const away = direction > 0 ? box.top - start.bottom : start.top - box.bottom;
    return away < -1 ? [] : [{ element, away, sideways: Math.abs(middle(box) - middle(start)) }];
  });
  const closest = Math.min(...candidates.map(({ away }) => away));
  return candidates.filter(({ away }) => away < closest + 40).toSorted((a, b) => a.sideways - b.sideways)[0]
    ?.element;
}

/** @param {DOMRect} box */
function middle(box) {
  return box.left + box.width / 2;
}
