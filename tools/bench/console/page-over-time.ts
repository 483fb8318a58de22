/**
 * What a console that stays open holds: heap, listeners and nodes of its page, each after a full collection.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import { signedInContext } from "./signed-in-context.ts";
import { trendOf, type Trend } from "./trend.ts";

export type PageSample = {
  /** Seconds since the first sample. */
  readonly atS: number;
  /** How often the page has asked what happens now. */
  readonly turns: number;
  readonly heapBytes: number;
  readonly listeners: number;
  readonly nodes: number;
  readonly originHeapBytes: number;
};

export type PageOverTime = {
  readonly seconds: number;
  readonly turns: number;
  /** For each hour that the page is open, which has 3,600 turns: from {@link settled} on. */
  readonly heapBytesAnHour: Trend;
  readonly listenersAnHour: Trend;
  readonly nodesAnHour: Trend;
  readonly originHeapBytesAnHour: Trend;
  /** Of the page's own thread, for each second that it is open. */
  readonly busyMsASecond: number;
  readonly samples: readonly PageSample[];
};

export type Watch = {
  readonly seconds: number;
  /** How many times faster than a page of today the page's timers run. */
  readonly speed: number;
  readonly samples: number;
  readonly originHeapBytes: () => Promise<number>;
  readonly onSample: (sample: PageSample) => void;
};

const TURNS_AN_HOUR = 3600;
const PATIENT = { timeout: 60_000 };
/** So often all screens are opened before the first sample: what they keep once is no leak. */
const WARM_UPS = 3;
/** A screen has asked for what it shows by then. */
const LOOKED_AT_MS = 400;

export async function watchPage(
  browser: Browser,
  consoleUrl: string,
  token: string,
  watch: Watch,
): Promise<PageOverTime> {
  const context = await signedInContext(browser, consoleUrl, token);
  try {
    const page = await context.newPage();
    await page.addInitScript(faster, watch.speed);
    await page.goto(consoleUrl);
    await page.locator("h1.sentence:not([aria-busy])").waitFor(PATIENT);
    for (let turn = 0; turn < WARM_UPS; turn += 1) await lookAtAll(page);
    return await samplesOf(page, watch);
  } finally {
    await context.close();
  }
}

/** Runs in the page, before its own modules. */
function faster(speed: number): void {
  const plain = globalThis.setTimeout;
  const scaled = (run: () => void, ms?: number): unknown => plain(run, (ms ?? 0) / speed);
  if (speed !== 1) Object.assign(globalThis, { setTimeout: scaled });
}

async function samplesOf(page: Page, watch: Watch): Promise<PageOverTime> {
  const { seconds, samples: count, originHeapBytes, onSample } = watch;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  let turns = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/now") turns += 1;
  });
  const startMs = performance.now();
  const samples: PageSample[] = [];
  const busyBefore = (await metricsOf(cdp)).taskS;
  for (let at = 0; at <= count; at += 1) {
    const dueMs = startMs + (1000 * seconds * at) / count;
    await page.waitForTimeout(Math.max(0, dueMs - performance.now()));
    const sample = await sampleOf(cdp, {
      atS: (performance.now() - startMs) / 1000,
      turns,
      originHeapBytes: await originHeapBytes(),
    });
    samples.push(sample);
    onSample(sample);
    await lookAtAll(page);
  }
  const lastedS = (performance.now() - startMs) / 1000;
  const anHour = (pick: (sample: PageSample) => number): Trend =>
    trendOf(settled(samples).map((sample) => ({ x: sample.turns / TURNS_AN_HOUR, y: pick(sample) })));
  return {
    seconds: lastedS,
    turns,
    heapBytesAnHour: anHour(({ heapBytes }) => heapBytes),
    listenersAnHour: anHour(({ listeners }) => listeners),
    nodesAnHour: anHour(({ nodes }) => nodes),
    originHeapBytesAnHour: anHour((sample) => sample.originHeapBytes),
    busyMsASecond: (1000 * ((await metricsOf(cdp)).taskS - busyBefore)) / lastedS,
    samples,
  };
}

/**
 * In the first third of the time the browser compiles what runs often, and 15 minutes of figures fill up:
 * that ends.
 */
export function settled(samples: readonly PageSample[]): readonly PageSample[] {
  return samples.slice(Math.floor(samples.length / 3));
}

async function sampleOf(
  cdp: CDPSession,
  known: Pick<PageSample, "atS" | "turns" | "originHeapBytes">,
): Promise<PageSample> {
  // What the first collection lets go may hold more that the second one takes.
  for (let turn = 0; turn < 2; turn += 1) await cdp.send("HeapProfiler.collectGarbage");
  const { heapBytes, listeners, nodes } = await metricsOf(cdp);
  return { ...known, heapBytes, listeners, nodes };
}

async function metricsOf(cdp: CDPSession) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const valueOf = (name: string): number =>
    metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    heapBytes: valueOf("JSHeapUsedSize"),
    listeners: valueOf("JSEventListeners"),
    nodes: valueOf("Nodes"),
    taskS: valueOf("TaskDuration"),
  };
}

/** Opens each screen, the help and the jump list, and comes back to the first screen. */
async function lookAtAll(page: Page): Promise<void> {
  const screens = await page.locator("nav[aria-label=Screens] a").count();
  for (let at = 1; at <= screens; at += 1) {
    await page
      .locator("nav[aria-label=Screens] a")
      .nth(at % screens)
      .click(PATIENT);
    await page.waitForTimeout(LOOKED_AT_MS);
  }
  for (const key of ["?", "/"]) {
    await page.keyboard.press(key);
    await page.getByRole("dialog").waitFor(PATIENT);
    await page.keyboard.press("Escape");
    // A dialog that is closed already has the focus until it is gone.
    await page.locator("dialog").waitFor({ ...PATIENT, state: "detached" });
  }
  await page.locator("h1.sentence:not([aria-busy])").waitFor(PATIENT);
}
