/** The origin that `start` runs: it may be killed for show, and started again. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { EXIT_USAGE } from "@spillway/kit/commands/usage.ts";
import type { OriginState } from "../../spike/spike-progress.ts";
import { howEnded, type Child } from "../child.ts";

export type DemoOrigin = {
  readonly state: () => OriginState;
  /** False while `start` has not come so far. */
  readonly hasBeenUp: () => boolean;
  /** `kill -9` of its process. False where it was not up. */
  readonly kill: () => Promise<boolean>;
  /** Resolves when it is up; rejects when it ends before, or takes too long. */
  readonly startAgain: () => Promise<void>;
  /** Starts as `start` does: who waits for it looks at the child. */
  readonly start: () => Child;
  /** Resolves when it has ended with data or settings that it cannot use. */
  readonly gaveUp: Promise<void>;
  readonly stop: () => Promise<void>;
};

export type DemoOriginParts = {
  readonly spawn: () => Child;
  /** Whether it answers. */
  readonly isUp: () => Promise<boolean>;
  readonly log: (line: string) => void;
  readonly upWithinMs: number;
};

const LOOK_EVERY_MS = 200;

export function createDemoOrigin({ spawn, isUp, log, upWithinMs }: DemoOriginParts): DemoOrigin {
  let child: Child | undefined;
  let state: OriginState = "starting";
  let isExpected = false;
  let isStopped = false;
  let hasBeenUp = false;
  let coming: Promise<void> | undefined;
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>();

  const start = (): Child => {
    const started = spawn();
    [child, isExpected, state] = [started, false, "starting"];
    void started.ended.then((code) => {
      if (child !== started) return;
      state = "dead";
      if (isExpected) return;
      if (code === EXIT_USAGE) giveUp();
      else
        log(
          `\nThe origin ended (${howEnded(code)}). The edge still serves cluster pages, and events wait in its queue.\n` +
            "To start the origin again: pnpm spillway origin\n",
        );
    });
    void untilUp(started).catch(() => undefined);
    return started;
  };

  const untilUp = async (started: Child): Promise<void> => {
    // The first start has the demo's first pages to make, and is waited for by who started it.
    const untilMs = hasBeenUp ? Date.now() + upWithinMs : Infinity;
    for (;;) {
      if (isStopped || child !== started || state === "dead")
        throw new Error("it ended again; see its last line above");
      if (await isUp()) break;
      if (Date.now() > untilMs) throw new Error(`it did not answer within ${upWithinMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    if (child === started) [state, hasBeenUp] = ["up", true];
  };

  const again = async (): Promise<void> => {
    // Somebody may have run `pnpm spillway origin` meanwhile.
    if (await isUp()) {
      state = "up";
      return;
    }
    // What a killed one has left behind.
    await child?.stop();
    if (isStopped) return;
    log("The demo starts the origin again …");
    try {
      await untilUp(start());
      log("The origin is back.");
    } catch (error) {
      log(`The origin did not come back: ${reasonOf(error)}`);
      throw error;
    }
  };

  return {
    start,
    state: () => state,
    gaveUp,
    kill: async () => {
      if (state === "dead" || child === undefined) return false;
      isExpected = true;
      log("The demo kills the origin. The edge has a page for everybody meanwhile.");
      await child.kill();
      state = "dead";
      return true;
    },
    startAgain: () => {
      if (isStopped || state !== "dead") return coming ?? Promise.resolve();
      coming ??= again().finally(() => (coming = undefined));
      return coming;
    },
    hasBeenUp: () => hasBeenUp,
    stop: async () => {
      [isExpected, isStopped] = [true, true];
      await child?.stop();
    },
  };
}
