/** Sends the visitors of a spike to the local edge, each at its time, and tells how it goes. */
import { openLoop, type PlannedRequest, type Response } from "@spillway/kit/processes/open-loop.ts";
import { createSpikeVisitors, type SpikeVisit } from "@spillway/demo/spike/spike-visitors.ts";
import { createDraws } from "@spillway/simulation/fleet/draws.ts";
import { drawArrivals } from "@spillway/simulation/live/arrivals.ts";
import { outcomeOf, readAnswer, type Answer } from "@spillway/simulation/live/outcome.ts";
import { createCookieJar, type CookieJar } from "./cookie-jar.ts";
import { phaseAt, planSpike } from "./schedule.ts";
import { MAX_IN_FLIGHT, type SpikeOptions } from "./spike-options.ts";
import type { SpikeProgress } from "./spike-progress.ts";
import type { SpikeTally } from "./spike-tally.ts";

export type SpikeRun = {
  readonly id: string;
  readonly edgeUrl: string;
  readonly options: SpikeOptions;
  readonly signal: AbortSignal;
  /** Several times a second. */
  readonly onProgress: (progress: SpikeProgress) => void;
};

type Planned = PlannedRequest & { readonly browser: string | undefined };

const PROGRESS_EVERY_MS = 250;

/**
 * Resolves when the last visitor has an answer, or when the signal aborts it: what was counted until then
 * stands in `tally`.
 */
export async function runSpike(run: SpikeRun, tally: SpikeTally): Promise<void> {
  const { id, options, signal, edgeUrl, onProgress } = run;
  const schedule = planSpike(options);
  const { forMs, thresholdPerSec, toOfThreshold } = options;
  const arrivals = drawArrivals(schedule.spans, createDraws(options.seed));
  const nextVisit = createSpikeVisitors({ seed: options.seed, site: edgeUrl });
  const jar = createCookieJar();
  const load = openLoop<Answer, Planned>((response, { browser }) => keep(jar, browser, response), signal);
  const startMs = performance.now();
  const tell = (): void => {
    const atMs = performance.now() - startMs;
    onProgress({
      id,
      phase: phaseAt(schedule, atMs),
      atMs,
      forMs,
      thresholdPerSec,
      peakPerSec: thresholdPerSec * toOfThreshold,
      recent: tally.recent(atMs),
      total: tally.counts(),
    });
  };
  const telling = setInterval(tell, PROGRESS_EVERY_MS);
  try {
    await load.sendAll(planned(arrivals, nextVisit, jar, edgeUrl), {
      startMs,
      maxInFlight: MAX_IN_FLIGHT,
      // Whoever stops it has hung up on those that still wait.
      onOutcome: (outcome) => {
        if (!signal.aborted) tally.add(outcomeOf(outcome));
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(telling);
    load.close();
  }
}

/** A visitor is drawn when it is time to send them, so that they have the cookies of their last visit. */
function* planned(
  arrivals: readonly number[],
  nextVisit: () => SpikeVisit,
  jar: CookieJar,
  edgeUrl: string,
): Generator<Planned> {
  for (const atMs of arrivals) {
    const { path, headers, browser } = nextVisit();
    const kept = browser === undefined ? undefined : jar.cookiesOf(browser);
    const cookie = [headers["cookie"], kept].filter((text) => text !== undefined && text !== "").join("; ");
    yield {
      atMs,
      browser,
      url: `${edgeUrl}${path}`,
      headers: cookie === "" ? headers : { ...headers, cookie },
    };
  }
}

function keep(jar: CookieJar, browser: string | undefined, response: Response): Answer {
  if (browser !== undefined) jar.keep(browser, response.headers["set-cookie"] ?? []);
  return readAnswer(response);
}
