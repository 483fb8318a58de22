// @ts-check
/** Pages side by side, carousel by carousel. Titles are text; what differs is marked in words. */
/**
 * @import { ComparedCarousel, ComparedItem, ComparedPage, PageWhose,
 *   ShownCluster } from "@spillway/shared/clusters/compared-pages.ts"
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { html } from "htm/preact";
import { differenceOf } from "@spillway/shared/clusters/compared-pages.ts";
import { duration } from "@spillway/shared/protocol/now-sentence.ts";
import { alignedCarousels, isOnlyHere, titlesOf } from "../../model/aligned-carousels.js";
import { addressOf } from "../../route.js";

const SHOWN_ITEMS = 8;
/** @type {Readonly<Record<PageWhose, string>>} */
const NAMES = { own: "Its own page", parent: "Its parent's page", generic: "The generic page" };
/** @type {Readonly<Record<PageWhose, string>>} */
const SHORT = { own: "its own page", parent: "the parent's page", generic: "the generic page" };

/** @param {{ shown: ShownCluster }} props */
export function ComparedPages({ shown: { at, context, pages, standsIn, cluster } }) {
  const rows = alignedCarousels(pages);
  const titles = new Map(rows.map(({ id, cells }) => [id, cells.find(Boolean)?.carousel.title ?? id]));
  return html`<section aria-labelledby="pages-title">
    <h2 id="pages-title">Pages of ${context}</h2>
    <p class="hint">
      As stored. Pins are laid over them, and what somebody may not see is left out, when they are served:
      ${" "}<a href=${addressOf("editorial")}>preview as an audience</a>.
    </p>
    ${
      cluster.page === null &&
      html`<p role="status">
        ${
          standsIn === null
            ? "No page is stored for it, nor for any of its ancestors."
            : `No page is stored for it: that of ${standsIn} stands in.`
        }
      </p>`
    }
    <div class="side-by-side page-heads" data-pages=${pages.length}>
      ${pages.map((page) => html`<${PageHead} key=${page.whose} page=${page} at=${at} />`)}
    </div>
    ${rows.map(
      ({ id, cells }) =>
        html`<section key=${id} class="panel carousel-row" aria-label=${titles.get(id)}>
          <div class="side-by-side" data-pages=${pages.length}>
            ${pages.map(
              ({ whose, page }, column) =>
                html`<${Cell}
                  key=${whose}
                  whose=${whose}
                  isStored=${page !== null}
                  cell=${cells[column]}
                  titles=${titles}
                />`,
            )}
          </div>
        </section>`,
    )}
  </section>`;
}

/** @param {{ page: ComparedPage, at: string }} props */
function PageHead({ page: { whose, cluster, definition, page, carousels }, at }) {
  const { all, onlyHere } = titlesOf(/** @type {any} */ ({ carousels }));
  return html`<div class="page-head">
    <h3>${NAMES[whose]}</h3>
    <p><b>${cluster}</b> <small>${definition}</small></p>
    <small>
      ${
        page === null
          ? "Not stored."
          : `${counted(all, "title")}${onlyHere === 0 ? "" : `, ${onlyHere} of them only here`}; unchanged for ${duration(Date.parse(at) - Date.parse(page.changedAt))}.`
      }
    </small>
  </div>`;
}

/**
 * @param {{ whose: PageWhose, isStored: boolean, cell: { position: number,
 *   carousel: ComparedCarousel } | undefined, titles: ReadonlyMap<string, string> }} props
 */
function Cell({ whose, isStored, cell, titles }) {
  if (cell === undefined)
    return html`<div class="cell">
      <p class="none">${isStored ? `Not on ${SHORT[whose]}` : "No page is stored"}</p>
    </div>`;
  const { position, carousel } = cell;
  const marked = carousel.items.map((item, at) => ({
    item,
    mark: markOf(whose, item, { carousel: carousel.id, position: at + 1 }, titles),
  }));
  const places = Object.values(carousel.beside);
  const isAlone = places.length > 0 && places.every((place) => place === null);
  const more = marked.slice(SHOWN_ITEMS);
  const differ = more.filter(({ mark }) => mark !== undefined).length;
  return html`<div class="cell">
    <h4>${carousel.title}</h4>
    <small>
      ${ordinal(position)} on ${SHORT[whose]}${isAlone && html`, <b class="mark absent">only here</b>`}
    </small>
    <${Items} marked=${marked.slice(0, SHOWN_ITEMS)} from=${1} />
    ${
      more.length > 0 &&
      html`<details>
        <summary>${more.length} more${differ > 0 && `, ${differ} of them marked`}</summary>
        <${Items} marked=${more} from=${SHOWN_ITEMS + 1} />
      </details>`
    }
  </div>`;
}

/** @param {{ marked: readonly { item: ComparedItem, mark: Mark | undefined }[], from: number }} props */
function Items({ marked, from }) {
  return html`<ol start=${from}>
    ${marked.map(
      ({ item, mark }) =>
        html`<li key=${item.id} class=${mark?.isAbsent === true ? "differs" : ""}>
          ${item.title}${mark !== undefined && html` <small class=${mark.isAbsent ? "mark absent" : "mark"}>${mark.text}</small>`}
        </li>`,
    )}
  </ol>`;
}

/** @typedef {{ text: string, isAbsent: boolean }} Mark */

/**
 * The cluster's own page is marked against the others, and they against it alone.
 * @param {PageWhose} whose
 * @param {ComparedItem} item
 * @param {import("@spillway/shared/clusters/compared-pages.ts").ItemPlace} here
 * @param {ReadonlyMap<string, string>} titles
 * @returns {Mark | undefined}
 */
function markOf(whose, item, here, titles) {
  if (whose !== "own") return item.beside.own === null ? { text: "left out", isAbsent: true } : undefined;
  if (isOnlyHere(item)) return { text: "only here", isAbsent: true };
  const difference = differenceOf(item, here);
  if (difference === undefined) return undefined;
  if (difference.kind === "absent")
    return { text: `not on ${difference.from.map((from) => SHORT[from]).join(" or ")}`, isAbsent: true };
  const { from, place } = difference;
  const where = place.carousel === here.carousel ? "" : ` in “${titles.get(place.carousel)}”`;
  return { text: `${ordinal(place.position)}${where} on ${SHORT[from]}`, isAbsent: false };
}

/** @param {number} position */
function ordinal(position) {
  const ending =
    position % 100 >= 11 && position % 100 <= 13 ? undefined : ["st", "nd", "rd"][(position % 10) - 1];
  return `${position}${ending ?? "th"}`;
}
