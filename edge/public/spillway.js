/** Sends what viewers see and do to `POST /events`; see spillway.d.ts. */
const CARD = "[data-spillway-item]:not(video)";

/** @type {typeof import("./spillway.d.ts").createSpillway} */
export function createSpillway({ endpoint, ...shown }) {
  /** @type {Record<string, string>} */
  let outbox = {};
  let attribution = {};
  let pauseS = 0;
  let failures = 0;
  let sending = Promise.resolve(true);
  const seen = new Set();
  const timers = new WeakMap();
  try {
    outbox = localStorage;
  } catch {}

  const waiting = () => {
    const keys = Object.keys(outbox)
      .filter((key) => key.startsWith("spillway:"))
      .toSorted();
    for (const key of keys.splice(0, keys.length - 500)) delete outbox[key];
    return keys;
  };

  /** @param {string[]} keys */
  const batchOf = (keys) => {
    const query = keys[0]?.slice(45);
    const batch = keys.filter((key) => key.slice(45) === query).slice(0, 40);
    const body = `{"events":[${batch.map((key) => outbox[key]).join()}]}`;
    return { batch, url: endpoint + query, body };
  };

  const send = async () => {
    for (let keys = waiting(); keys[0]; keys = waiting()) {
      const { batch, url, body } = batchOf(keys);
      pauseS = 10;
      const signal = AbortSignal.timeout(9999);
      const response = await fetch(url, {
        method: "POST",
        body,
        credentials: "include",
        keepalive: true,
        signal,
      }).catch(() => {});
      if (![202, 400, 413, 415].includes(response?.status ?? 0)) {
        const afterS = Number(response?.headers.get("retry-after")) || 0;
        pauseS = (afterS + 2 ** Math.min(++failures, 8)) * (1 + Math.random());
        return false;
      }
      failures = pauseS = 0;
      for (const key of batch) delete outbox[key];
    }
    return true;
  };
  const flush = () =>
    (sending = sending.then(() => navigator.locks?.request("spillway", send) ?? send()).catch(send));

  /** @param {string} type @param {any} card @param {number} [progress] */
  const record = (type, card, progress) => {
    const { spillwayItem: item, spillwayCarousel: carousel, spillwayPosition: position } = card.dataset;
    const once = [type, item, carousel, progress && Math.floor(progress * 4)].join();
    if (!item || (seen.has(once) && !/cli|hid/.test(type))) return;
    seen.add(once);
    const id = `0${Date.now().toString(16).replace(/.{7}/, "$&-")}-7${crypto.randomUUID().slice(15)}`;
    const place = { carousel, position: position && Number(position) };
    const event = JSON.stringify({ id, type, item, ...attribution, ...place, progress });
    const key = `spillway:${id}?${shown.query ?? ""}`;
    try {
      outbox[key] = event;
    } catch {
      outbox = { [key]: event };
    }
    if (waiting().length > 19 && pauseS <= 0) void flush();
  };

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        const see = () => target.isConnected && !document.hidden && record("impression", target);
        clearTimeout(timers.get(target));
        if (intersectionRatio >= 0.5) timers.set(target, setTimeout(see, 1000));
      }
    },
    { threshold: 0.5 },
  );
  const watch = () => document.querySelectorAll(CARD).forEach((card) => observer.observe(card));
  new MutationObserver(watch).observe(document, { childList: true, subtree: true });

  /** @type {import("./spillway.d.ts").Spillway["show"]} */
  const show = (next, samePage) => {
    shown = next;
    const [, servedAs, cluster, generation] =
      /^(\w+)(?:.*;cluster="([^"]+))?(?:.*;generation=(\d+))?/.exec(next.served ?? "") ?? [];
    const { context } = next;
    attribution = { servedAs, cluster, generation: generation && Number(generation), context };
    if (!samePage) seen.clear();
    observer.disconnect();
    watch();
  };

  for (const type of /** @type {const} */ (["click", "play", "timeupdate", "ended"]))
    addEventListener(
      type,
      ({ target }) => {
        const media = /** @type {HTMLVideoElement} */ (target);
        const card = type === "click" ? media.closest(CARD) : media;
        const share = media.currentTime / media.duration;
        if (!card) return;
        if (type !== "timeupdate") record(type === "ended" ? "complete" : type, card);
        else if (share >= 0.25) record("progress", card, share);
      },
      true,
    );
  addEventListener("visibilitychange", () => {
    show(shown, true);
    void sending.then(() => {
      const { batch, url, body } = batchOf(waiting());
      if (document.hidden && batch[0]) navigator.sendBeacon(url, body);
    });
  });
  addEventListener("online", () => void flush());
  setInterval(() => (pauseS -= 2) > 0 || void flush(), 2000);
  show(shown);
  void flush();
  return {
    show,
    record,
    hide: (spillwayItem) => (record("hide", { dataset: { spillwayItem } }), flush()),
    flush,
  };
}
