/** The child's side of a background process: it answers the one question that it is asked, and ends. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { BackgroundAnswer, BackgroundProgress, FromBackground } from "./messages.ts";

/** A person reads it: more often would be work for nothing. */
const TELL_EVERY_MS = 200;

export type Tell = (progress: BackgroundProgress) => void;

/**
 * `tell` may be called as often as is convenient. What `answer` throws is told as the reason. It is for the
 * caller to know what the origin asks.
 */
export function answerOnce(answer: (asked: never, tell: Tell) => unknown): void {
  const tell = teller();
  const settle = async (asked: unknown): Promise<BackgroundAnswer<unknown>> => {
    try {
      return { kind: "done", result: await answer(asked as never, tell) };
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error) };
    }
  };
  process.once("message", (asked) => {
    void settle(asked).then((answered) => send(answered, () => process.disconnect?.()));
  });
}

function teller(): Tell {
  let toldMs = -Infinity;
  return ({ done, total }) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    send({ kind: "progress", done, total });
  };
}

function send(message: FromBackground<unknown>, onSent: () => void = () => undefined): void {
  // The origin may have ended already.
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
}
