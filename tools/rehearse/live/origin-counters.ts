/** The origin's own counters, read from its `/metrics` again and again while the run lasts. */
import { setTimeout as sleep } from "node:timers/promises";

export type CounterSample = {
  /** The counters were read somewhere between the two, by `performance.now()`. */
  readonly askedMs: number;
  readonly answeredMs: number;
  /** Individual answers since the origin's start. */
  readonly personalized: number;
  /** Requests for pages since then, whatever came of them. */
  readonly offered: number;
  /** Most admissions in any one second since then; undefined where the origin has no such gauge. */
  readonly admittedPeakPerSec: number | undefined;
};

const POLL_MS = 100;
/**
 * An overloaded machine makes polls slow, which the result tells; only an origin that is gone ends the run.
 */
const ANSWER_WITHIN_MS = 30_000;

export type CounterPoll = { readonly stop: () => Promise<readonly CounterSample[]> };

/** `stop` takes one more sample; it rejects where a sample could not be had. */
export function pollCounters(origin: string, signal: AbortSignal): CounterPoll {
  const samples: CounterSample[] = [];
  const enough = new AbortController();
  const polling = (async () => {
    while (!enough.signal.aborted && !signal.aborted) {
      samples.push(await readCounters(origin, signal));
      // Woken early: the last sample is due.
      await sleep(POLL_MS, undefined, { signal: enough.signal }).catch(() => undefined);
    }
  })();
  // Reported by `stop`.
  polling.catch(() => undefined);
  return {
    stop: async () => {
      enough.abort();
      await polling;
      return [...samples, await readCounters(origin, signal)];
    },
  };
}

/** Throws where the origin does not answer. */
async function readCounters(origin: string, signal: AbortSignal): Promise<CounterSample> {
  const askedMs = performance.now();
  try {
    const response = await fetch(`${origin}/metrics`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    return { askedMs, answeredMs: performance.now(), ...parseCounters(text) };
  } catch (error) {
    throw new Error(`the origin's counters at ${origin}/metrics can't be read: ${String(error)}`, {
      cause: error,
    });
  }
}

export function parseCounters(text: string): Omit<CounterSample, "askedMs" | "answeredMs"> {
  const sum = (name: string, label: string): number | undefined => {
    const values = text
      .split("\n")
      .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(label))
      .map((line) => Number(line.slice(line.lastIndexOf(" "))));
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
  };
  return {
    personalized: sum("spillway_recommendations_total", 'served="individual"') ?? 0,
    offered: sum("spillway_http_request_duration_seconds_count", 'route="/recommendations"') ?? 0,
    admittedPeakPerSec: sum("spillway_gate_admitted_peak_per_second", ""),
  };
}
