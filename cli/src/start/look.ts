/** Asks `/health` of the edge and the origin how far their start is. */
import * as z from "zod/mini";
import { CYCLE_STAGES, STAGE_TITLES } from "@spillway/origin/pipeline/process/cycle-report.ts";
import type { Step } from "./progress.ts";

/** The deadline is long, because the machine may be busy. */
const ANSWER_WITHIN_MS = 5000;

const originHealth = z.object({
  /** The number of refresh cycles that have ended well, including publishing. */
  generation: z.optional(z.int()),
  cycle: z.optional(z.object({ stage: z.enum(CYCLE_STAGES), done: z.int(), total: z.int() })),
  lastCycle: z.optional(z.object({ state: z.string(), error: z.optional(z.string()) })),
});

/** Returns undefined when the edge is up. */
export async function lookAtEdge(port: number): Promise<Step | undefined> {
  return (await healthOf(port)) === undefined ? { doing: "the edge is starting" } : undefined;
}

/** Returns undefined when the origin is up and its first pages are published. */
export async function lookAtOrigin(port: number): Promise<Step | undefined> {
  const { data: health } = originHealth.safeParse(await healthOf(port));
  if (health === undefined) return { doing: "the origin is starting" };
  if (health.generation !== undefined && health.generation > 0) return undefined;
  if (health.cycle !== undefined) {
    const { stage, done, total } = health.cycle;
    return { doing: `first pages: ${STAGE_TITLES[stage]}`, done, total };
  }
  return health.lastCycle?.error === undefined
    ? { doing: "first pages: the first cycle is starting" }
    : {
        doing: `first pages: another cycle is starting, because the last one failed (${health.lastCycle.error})`,
      };
}

/** Returns undefined as long as there is no answer. */
async function healthOf(port: number): Promise<unknown> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body: unknown = await response.json();
    return response.ok ? body : undefined;
  } catch {
    // The server is not up yet, and the caller asks again.
    return undefined;
  }
}
