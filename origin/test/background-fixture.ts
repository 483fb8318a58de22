/** For tests: a background process that does as it is told. */
import { answerOnce } from "../src/background/answer-once.ts";

export type AskedOfFixture = { readonly act: "answer" | "throw" | "die" | "never" | "compute" };

answerOnce(({ act }: AskedOfFixture, tell) => {
  tell({ done: process.pid, total: 0 });
  if (act === "throw") throw new RangeError("no such day");
  if (act === "die") process.exit(3);
  if (act === "answer") return "an answer";
  // For ever, and never back at the event loop.
  if (act === "compute") for (;;);
  // Nothing else keeps the process.
  setInterval(() => undefined, 1000);
  return new Promise(() => undefined);
});
