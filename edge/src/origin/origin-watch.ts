/**
 * Tells isolates when the origin is back. One object for the whole world looks once a second while anybody
 * waits. Were every isolate to look for itself, a returning origin would get many times what it should bear.
 */
import { DurableObject } from "cloudflare:workers";
import { readConfig, type Bindings } from "../env.ts";

const LOOK_EVERY_MS = 1000;
const LOOK_DEADLINE_MS = 1000;
/** Below the 30 s for which an isolate may wait behind its response. */
const HOLD_MS = 20_000;

export class OriginWatch extends DurableObject<Bindings> {
  #look: Promise<boolean> = Promise.resolve(false);
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** Resolves as soon as the origin answers, or with `away` when it has not for a while. */
  async untilBack(): Promise<"back" | "away"> {
    const untilMs = Date.now() + HOLD_MS;
    for (;;) {
      if (await this.#isUp()) return "back";
      if (Date.now() >= untilMs) return "away";
      await scheduler.wait(LOOK_EVERY_MS);
    }
  }

  /** All who ask within a second share one look. */
  #isUp(): Promise<boolean> {
    const nowMs = Date.now();
    if (Math.abs(nowMs - this.#lookedMs) >= LOOK_EVERY_MS) {
      this.#lookedMs = nowMs;
      this.#look = look(readConfig(this.env).origin?.url);
    }
    return this.#look;
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
