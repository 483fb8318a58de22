/** Lowers the priority of a child process, so that it never slows an answer. */
import type { ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";

/**
 * Before the child's first instruction, so that all its threads inherit it. On Linux each thread has its own
 * priority: one that the child sets later would not hold for the threads that collect garbage.
 */
export function yieldToAnswers({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // The child has ended already; the handler of its exit reports that.
  }
}
