import { expect, onTestFinished, test } from "vitest";
import { abortOnInterrupt, Interrupted, withoutSignalHandlers } from "./interrupt.ts";

test("a signal aborts until it is told not to any more", () => {
  const controller = new AbortController();
  const stop = abortOnInterrupt(controller);
  onTestFinished(stop);
  const listeners = process.listenerCount("SIGINT");
  process.emit("SIGINT", "SIGINT");
  expect(controller.signal.reason).toBeInstanceOf(Interrupted);
  expect(String(controller.signal.reason)).toContain("SIGINT");
  stop();
  expect(process.listenerCount("SIGINT")).toBe(listeners - 1);
});

test("signal handlers that come with something are removed, and no others", () => {
  const [mine, theirs] = [() => undefined, () => undefined];
  process.on("SIGTERM", mine);
  onTestFinished(() => {
    process.off("SIGTERM", mine);
  });
  expect(withoutSignalHandlers(() => process.on("SIGTERM", theirs) && "made")).toBe("made");
  expect(process.listeners("SIGTERM")).toContain(mine);
  expect(process.listeners("SIGTERM")).not.toContain(theirs);
});
