/**
 * Tells isolates when the origin is back. One object for the whole world looks once a second while anybody
 * waits. Were every isolate to look for itself, a returning origin would get many times what it should bear.
 */
import { DurableObject } from "cloudflare:workers";
import { readConfig, type Bindings } from "../env.ts";
import { createWatch } from "./watch-until-back.ts";

const LOOK_DEADLINE_MS = 1000;

export class OriginWatch extends DurableObject<Bindings> {
  readonly #watch = createWatch({
    look: () => look(readConfig(this.env).origin?.url),
    clock: Date.now,
    sleep: (ms) => scheduler.wait(ms),
  });

  /** Resolves as soon as the origin answers, or with `away` when it has not for a while. */
  untilBack(): Promise<"back" | "away"> {
    return this.#watch();
  }
}

async function look(originUrl: string | undefined): Promise<boolean> {
  if (originUrl === undefined) return false;
  try {
    const signal = AbortSignal.timeout(LOOK_DEADLINE_MS);
    const response = await fetch(`${originUrl}/health`, { signal, redirect: "manual" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // No connection, or no answer in time: the origin is still away.
    return false;
  }
}
