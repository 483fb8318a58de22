// @ts-check
/** How the arrow keys move among cards, as on a TV. */

/**
 * Left and right move inside a row, up and down between rows, Home and End to its ends.
 * @param {HTMLElement} main
 */
export function steerByArrows(main) {
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
 * What stands closest above or below, as the viewer sees it: a row's neighbour row, a grid's next line.
 * @param {HTMLElement} main
 * @param {Element} from
 * @param {1 | -1} direction
 */
function nearest(main, from, direction) {
  const start = from.getBoundingClientRect();
  const candidates = [...main.querySelectorAll("[data-spillway-item]")].flatMap((element) => {
    const box = element.getBoundingClientRect();
    const away = direction > 0 ? box.top - start.bottom : start.top - box.bottom;
    return away < -1 ? [] : [{ element, away, aside: Math.abs(middle(box) - middle(start)) }];
  });
  const closest = Math.min(...candidates.map(({ away }) => away));
  return candidates.filter(({ away }) => away < closest + 40).toSorted((a, b) => a.aside - b.aside)[0]
    ?.element;
}

/** @param {DOMRect} box */
function middle(box) {
  return box.left + box.width / 2;
}
