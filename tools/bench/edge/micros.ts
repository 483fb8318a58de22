/** The steps of the request path alone, inside workerd, timed over many at once. */
import { median } from "@spillway/kit/statistics.ts";

export const STEPS = [
  "signals",
  "referrer",
  "bareMap",
  "assign",
  "rules500",
  "admit",
  "suspectNew",
  "suspectKnown",
  "visitorId",
  "headers",
  "record",
] as const;
/** Microseconds a request. */
export type Micros = Readonly<Record<(typeof STEPS)[number], number>>;

const WARM_UP = 30_000;
const TIMES = 100_000;
const BATCHES = 7;

export async function measureMicros(url: string): Promise<Micros> {
  const measured = new Map<string, number>();
  for (const step of STEPS) {
    await time(url, step, WARM_UP);
    const batches = [];
    for (let batch = 0; batch < BATCHES; batch += 1)
      batches.push((1000 * (await time(url, step, TIMES))) / TIMES);
    measured.set(step, median(batches));
  }
  return Object.fromEntries(measured) as Micros;
}

async function time(url: string, step: string, times: number): Promise<number> {
  const response = await fetch(`${url}/?step=${step}&times=${times}`);
  if (!response.ok) throw new Error(`${step} can't be measured: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { elapsedMs: number }).elapsedMs;
}
