// @ts-check
/** Tells which cards have been seen: at least half of one, for a second, once. */
/** @import { Spot } from "./reporter.js" */
import { spotOf } from "./reporter.js";

const SEEN_SHARE = 0.5;
const SEEN_MS = 1000;

/** @param {(spot: Spot) => void} report */
export function watchImpressions(report) {
  /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
  const timers = new Map();
  /** Cards that count once more only on another page. @type {Set<string>} */
  const reported = new Set();
  /** @type {Set<Element>} */
  const inView = new Set();

  /** @param {Element} element */
  function start(element) {
    const spot = spotOf(element);
    const key = JSON.stringify([spot.carousel, spot.item]);
    if (timers.has(element) || reported.has(key)) return;
    const done = () => {
      timers.delete(element);
      if (reported.has(key)) return;
      reported.add(key);
      report(spot);
    };
    timers.set(element, setTimeout(done, SEEN_MS));
  }

  /** @param {Element} element */
  function stop(element) {
    clearTimeout(timers.get(element));
    timers.delete(element);
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, intersectionRatio } of entries) {
        if (isIntersecting && intersectionRatio >= SEEN_SHARE) {
          inView.add(target);
          if (!document.hidden) start(target);
        } else {
          inView.delete(target);
          stop(target);
        }
      }
    },
    { threshold: SEEN_SHARE },
  );

  // A card in a hidden tab is seen by nobody.
  document.addEventListener("visibilitychange", () => {
    for (const element of inView) (document.hidden ? stop : start)(element);
  });

  /**
   * @param {Iterable<Element>} elements what the page now shows
   * @param {boolean} samePage a page drawn again keeps what it has reported
   */
  function watch(elements, samePage) {
    observer.disconnect();
    for (const element of timers.keys()) stop(element);
    inView.clear();
    if (!samePage) reported.clear();
    for (const element of elements) observer.observe(element);
  }
  return { watch };
}
