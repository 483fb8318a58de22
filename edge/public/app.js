// @ts-check
/**
 * The storefront: it loads the view of the address from the edge, draws it, and sends what the viewer does
 * back to the edge.
 */
/** @import { Item } from "./model/page.js" */
/** @import { LoadedPage } from "./net/load-page.js" */
/** @import { View } from "./model/view.js" */
import { isKnown } from "./model/served.js";
import { readView, requestQuery, titleOf, viewAddress } from "./model/view.js";
import { pageAfterPlay } from "./net/page-after-play.js";
import { loadComparison } from "./net/load-comparison.js";
import { loadPage } from "./net/load-page.js";
import { moveByArrows } from "./parts/arrow-keys.js";
import { createBadge } from "./parts/badge.js";
import { createControls } from "./parts/controls.js";
import { createDetailDialog } from "./parts/detail-dialog.js";
import { createCompareDialog } from "./parts/compare-dialog.js";
import { find, html } from "./parts/dom.js";
import { relabel } from "./parts/labels.js";
import { failed, nothingToShow, skeleton, standIn } from "./parts/notice.js";
import { pageSections, restoreScroll, scrollPositions } from "./parts/rows.js";
import { createSpikeBar } from "./parts/spike-bar.js";
import { createToast } from "./parts/toast.js";
import { createSpillway } from "./spillway.js";

const RELABEL_MS = 30_000;

const main = find("main", HTMLElement);
/** Nobody sees it: the section and the featured title say as much to the eye. */
const heading = html("h1", { class: "unseen" });
const badge = createBadge();
const toast = createToast();
const events = createSpillway({ endpoint: "events" });
const controls = createControls((change) => go({ ...view, ...change }));
const dialog = createDetailDialog({
  onPlay: () => void recordPlay(),
  onSimilar: showSimilar,
  onHide: (item) => void recordHide(item),
  onClose: focusCard,
});

const comparison = createCompareDialog();
const compare = find("#compare-open", HTMLButtonElement);
compare.addEventListener("click", () => {
  void comparison.open(loadComparison(requestQuery(view), loading.signal));
});

let view = readView(location.search);
/** @type {{ readonly loaded: LoadedPage, readonly view: View, readonly atMs: number } | undefined} */
let shown;
/**
 * The open item's card. It may have left the page by the time the item is played. @type {Element | undefined}
 */
let opened;
let loading = new AbortController();

/** @param {View} next */
function go(next) {
  if (viewAddress(next) === viewAddress(view)) return;
  view = readView(new URL(viewAddress(next), location.href).search);
  history.pushState(null, "", viewAddress(view));
  scrollTo({ top: 0 });
  void show();
}

/** Loads and draws the view's page. Until then the previous page stays, dimmed. */
async function show() {
  const requested = view;
  controls.show(requested);
  heading.textContent = titleOf(requested);
  document.title = `${titleOf(requested)} · Spillway TV`;
  // No page is stored for a search, nor for what is similar to an item.
  compare.disabled = requested.context === "search" || requested.context === "similar";
  loading.abort();
  loading = new AbortController();
  main.setAttribute("aria-busy", "true");
  if (shown === undefined) main.replaceChildren(heading, ...skeleton());
  const loaded = await loadPage(requestQuery(requested), loading.signal);
  if (!loaded.ok && loaded.reason === "replaced") return;
  main.removeAttribute("aria-busy");
  if (loaded.ok) {
    draw(loaded, requested, false);
    return;
  }
  shown = undefined;
  badge.fail();
  main.replaceChildren(
    heading,
    failed(loaded.message, () => void show()),
  );
}

/**
 * @param {LoadedPage} loaded
 * @param {View} of
 * @param {boolean} samePage true when the same page view is drawn again
 */
function draw(loaded, of, samePage) {
  shown = { loaded, view: of, atMs: performance.now() };
  badge.show(loaded);
  const viewing = { nowMs: loaded.nowMs, isKnown: isKnown(loaded.served) };
  const sections = pageSections(loaded.page, viewing);
  const { standsInFor } = loaded.page;
  const notice = standsInFor === undefined ? [] : [standIn(standsInFor, () => void show())];
  const scrolled = samePage ? scrollPositions(main) : undefined;
  const focused = main.contains(document.activeElement);
  main.replaceChildren(
    heading,
    ...notice,
    ...(sections.length > 0 ? sections : [nothingToShow(of, () => go({ ...view, context: "homepage" }))]),
  );
  if (scrolled !== undefined) restoreScroll(main, scrolled);
  // The focused card is gone, so the keyboard continues from the start of the new page, not of the document.
  if (focused) main.focus({ preventScroll: true });
  const { servedHeader: served, page } = loaded;
  events.show({ query: requestQuery(of), served, context: page.context || of.context }, samePage);
}

/** The content's clock, advanced by the time since the page arrived. */
function contentNowMs() {
  if (shown?.loaded.nowMs === undefined) return undefined;
  return shown.loaded.nowMs + performance.now() - shown.atMs;
}

/** @param {string} id */
function itemOf(id) {
  return shown?.loaded.page.carousels.flatMap(({ items }) => items).find((item) => item.id === id);
}

main.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : undefined;
  const similar = target?.closest(".card-similar")?.parentElement?.querySelector("[data-spillway-item]");
  const place = similar ?? target?.closest("[data-spillway-item]");
  const item = itemOf(place?.getAttribute("data-spillway-item") ?? "");
  if (place === null || place === undefined || item === undefined) return;
  if (similar !== null && similar !== undefined) {
    showSimilar(item);
    return;
  }
  opened = place;
  dialog.open(item, contentNowMs());
});

/** @param {Item} item */
function showSimilar(item) {
  go({ ...view, context: "similar", item: item.id });
}

/** @param {Item} item */
function focusCard(item) {
  const card =
    main.querySelector(`[data-spillway-item="${CSS.escape(item.id)}"]`) ??
    main.querySelector("[data-spillway-item]");
  if (card instanceof HTMLElement) card.focus({ preventScroll: true });
}

/** @param {Item} item */
async function recordHide(item) {
  const hidden = events.hide(item.id);
  const cards = `[data-spillway-item="${CSS.escape(item.id)}"]`;
  for (const card of main.querySelectorAll(cards)) card.closest("li")?.remove();
  toast(
    (await hidden)
      ? "Not shown to you again, unless you search for it"
      : "Kept: it is sent as soon as the service can take it",
  );
}

async function recordPlay() {
  if (opened !== undefined) events.record("play", opened);
  if (await events.flush()) {
    toast("Play recorded");
    await showPageAfterPlay();
  } else toast("Play kept: it is sent as soon as the service can take it");
}

async function showPageAfterPlay() {
  const before = shown;
  if (before === undefined) return;
  const after = await pageAfterPlay(requestQuery(before.view), before.loaded, loading.signal);
  if (after.kind === "none" || shown?.view !== before.view) return;
  if (after.kind === "changed") {
    draw(after.loaded, before.view, true);
    toast("Play recorded — your page has changed");
  } else {
    badge.show(after.loaded);
    toast("Play recorded — cluster pages change with the next cycle");
  }
}

/** Live badges and countdowns are updated while the page stays. */
function relabelAll() {
  const nowMs = contentNowMs();
  if (nowMs === undefined) return;
  for (const drawn of main.querySelectorAll(".card, .hero")) {
    const item = itemOf(
      drawn.querySelector("[data-spillway-item]")?.getAttribute("data-spillway-item") ?? "",
    );
    if (item !== undefined) relabel(drawn, item, nowMs);
  }
}

addEventListener("popstate", () => {
  dialog.close();
  view = readView(location.search);
  void show();
});
setInterval(relabelAll, RELABEL_MS);
moveByArrows(main);
// How one is served oneself is seen again at each turn of the spike, but for who is reading something.
createSpikeBar(toast, () => {
  if (document.querySelector("dialog[open]") === null) void show();
});
void show();
