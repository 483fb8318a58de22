// @ts-check
/** The storefront: the view from the address, its page from the edge, and what the viewer does with it back to the edge. */
/** @import { Item } from "./model/page.js" */
/** @import { LoadedPage } from "./net/load-page.js" */
/** @import { Spot } from "./net/reporter.js" */
/** @import { View } from "./model/view.js" */
/** @import { EventType } from "../../shared/src/events.ts" */
import { readView, requestQuery, viewAddress } from "./model/view.js";
import { answerToPlay } from "./net/answer-to-play.js";
import { createEventQueue } from "./net/event-queue.js";
import { browserTransport } from "./net/event-transport.js";
import { watchImpressions } from "./net/impressions.js";
import { loadPage } from "./net/load-page.js";
import { eventOf, spotOf } from "./net/reporter.js";
import { steerByArrows } from "./parts/arrow-keys.js";
import { createBadge } from "./parts/badge.js";
import { createControls } from "./parts/controls.js";
import { createDetailDialog } from "./parts/detail-dialog.js";
import { find } from "./parts/dom.js";
import { relabel } from "./parts/labels.js";
import { failed, nothingToShow, skeleton } from "./parts/notice.js";
import { pageSections, restoreScroll, scrollPositions } from "./parts/rows.js";
import { createToast } from "./parts/toast.js";

const RELABEL_MS = 30_000;

const main = find("main", HTMLElement);
const badge = createBadge();
const toast = createToast();
const events = createEventQueue(browserTransport);
const impressions = watchImpressions((spot) => report("impression", spot));
const controls = createControls((change) => go({ ...view, ...change }));
const dialog = createDetailDialog({
  onPlay: (item) => void recordPlay(opened ?? { item: item.id, carousel: "", position: Number.NaN }),
  onSimilar: showSimilar,
  onClose: focusCard,
});

let view = readView(location.search);
/** @type {{ readonly loaded: LoadedPage, readonly view: View, readonly atMs: number } | undefined} */
let shown;
/** Where the open item stood when it was opened; its card may be gone by the time it is played. @type {Spot | undefined} */
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

/** Fetches and draws the view's page; the page before it stays, dimmed, until then. */
async function show() {
  const wanted = view;
  controls.show(wanted);
  loading.abort();
  loading = new AbortController();
  main.setAttribute("aria-busy", "true");
  if (shown === undefined) main.replaceChildren(...skeleton());
  const loaded = await loadPage(requestQuery(wanted), loading.signal);
  if (!loaded.ok && loaded.reason === "replaced") return;
  main.removeAttribute("aria-busy");
  if (loaded.ok) {
    draw(loaded, wanted, false);
    return;
  }
  shown = undefined;
  badge.fail();
  main.replaceChildren(failed(loaded.message, () => void show()));
}

/**
 * @param {LoadedPage} loaded
 * @param {View} of
 * @param {boolean} samePage drawn again, for the same viewer in the same place
 */
function draw(loaded, of, samePage) {
  shown = { loaded, view: of, atMs: performance.now() };
  badge.show(loaded);
  const sections = pageSections(loaded.page, loaded.nowMs);
  const scrolled = samePage ? scrollPositions(main) : undefined;
  const focused = main.contains(document.activeElement);
  main.replaceChildren(
    ...(sections.length > 0 ? sections : [nothingToShow(of, () => go({ ...view, context: "homepage" }))]),
  );
  if (scrolled !== undefined) restoreScroll(main, scrolled);
  // The focused card is gone: the keyboard goes on from the new page's start, not from the document's.
  if (focused) main.focus({ preventScroll: true });
  impressions.watch(main.querySelectorAll("[data-item]"), samePage);
}

/** The content's clock, which has moved on since the page came. */
function contentNowMs() {
  if (shown?.loaded.nowMs === undefined) return undefined;
  return shown.loaded.nowMs + performance.now() - shown.atMs;
}

/**
 * @param {EventType} type
 * @param {Spot} spot
 */
function report(type, spot) {
  if (shown === undefined) return;
  const { query, event } = eventOf(type, spot, shown.view, shown.loaded);
  events.add(query, event);
}

/** @param {string} id */
function itemOf(id) {
  return shown?.loaded.page.carousels.flatMap(({ items }) => items).find((item) => item.id === id);
}

main.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : undefined;
  const similar = target?.closest(".card-similar")?.parentElement?.querySelector("[data-item]");
  const place = similar ?? target?.closest("[data-item]");
  const item = itemOf(place?.getAttribute("data-item") ?? "");
  if (place === null || place === undefined || item === undefined) return;
  if (similar !== null && similar !== undefined) {
    showSimilar(item);
    return;
  }
  opened = spotOf(place);
  report("click", opened);
  dialog.open(item, contentNowMs());
});

/** @param {Item} item */
function showSimilar(item) {
  go({ ...view, context: "similar", item: item.id });
}

/** @param {Item} item */
function focusCard(item) {
  const card =
    main.querySelector(`[data-item="${CSS.escape(item.id)}"]`) ?? main.querySelector("[data-item]");
  if (card instanceof HTMLElement) card.focus({ preventScroll: true });
}

/** @param {Spot} spot */
async function recordPlay(spot) {
  report("play", spot);
  const outcome = await events.flush();
  if (outcome === "kept") toast("Play kept: it is sent as soon as the service can take it");
  else if (outcome === "refused") toast("The service refused the play");
  else {
    toast("Play recorded");
    await showAnswerToPlay();
  }
}

async function showAnswerToPlay() {
  const before = shown;
  if (before === undefined) return;
  const answer = await answerToPlay(requestQuery(before.view), before.loaded, loading.signal);
  if (answer.kind === "none" || shown?.view !== before.view) return;
  if (answer.kind === "changed") {
    draw(answer.loaded, before.view, true);
    toast("Play recorded — your page has changed");
  } else {
    badge.show(answer.loaded);
    toast("Play recorded — cluster pages change with the next cycle");
  }
}

/** Live badges and countdowns go on while the page stays. */
function relabelAll() {
  const nowMs = contentNowMs();
  if (nowMs === undefined) return;
  for (const drawn of main.querySelectorAll(".card, .hero")) {
    const item = itemOf(drawn.querySelector("[data-item]")?.getAttribute("data-item") ?? "");
    if (item !== undefined) relabel(drawn, item, nowMs);
  }
}

addEventListener("popstate", () => {
  dialog.close();
  view = readView(location.search);
  void show();
});
addEventListener("pagehide", () => events.leave());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) events.leave();
});
setInterval(relabelAll, RELABEL_MS);
steerByArrows(main);
void show();
