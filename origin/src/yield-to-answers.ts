/**
 * Lowers the priority of what works beside the answers: child processes, and threads of this one.
 *
 * Where Linux groups tasks by session (autogroup, the default of most distributions), a priority holds only
 * within a session: beside all other sessions a child of low priority counts as much as its whole session
 * does. So it gets a session of its own, whose weight is lowered (sched(7), "The autogroup feature";
 * docs/decisions/0049-the-origins-answer.md).
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, setPriority } from "node:os";

/** How a child that is to yield is started: in a session of its own, where that counts. */
export const YIELDING = { detached: existsSync("/proc/self/autogroup") };

/**
 * As a nice value: a third of what others weigh. Answers come as soon beside it as beside one of a fifteenth,
 * and a cycle still goes on where all processors are busy.
 */
const SESSION_NICE = 5;

/** The child's threads too: those that it has already, and those that it will start. */
export function yieldToAnswers({ pid }: Pick<ChildProcess, "pid">): void {
  if (pid === undefined) return;
  try {
    lowerThreads(pid);
  } catch {
    // The child has ended already; the handler of its exit reports that.
    return;
  }
  lowerSession(pid);
}

/** The same for this process. */
export function yieldThisProcess(): void {
  lowerThreads(process.pid);
  lowerSession(process.pid);
}

/**
 * On Linux each thread has its own priority. The first one's comes first, since all that it starts from then
 * on inherit it; then those follow that it has started before. Throws where there is no such process.
 */
function lowerThreads(pid: number): void {
  setPriority(pid, constants.priority.PRIORITY_LOW);
  if (process.platform !== "linux") return;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      setPriority(Number(thread), constants.priority.PRIORITY_LOW);
    } catch {
      // This thread has ended; the others go on.
    }
  }
}

/**
 * So many threads compute beside the answers: one processor is left to them. Whatever the priorities, who
 * wakes up where all are busy waits for the end of somebody's slice, which is some milliseconds.
 */
export function threadsBesideAnswers(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** The session of others stays as it is. */
function lowerSession(pid: number): void {
  if (!YIELDING.detached) return;
  try {
    // The fields after the command's name, which ends with a bracket: state, parent, group, session
    // (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    if (Number(fields?.[3]) === pid) writeFileSync(`/proc/${pid}/autogroup`, String(SESSION_NICE));
  } catch {
    // It has ended, or may not be changed: its own priority has to do.
  }
}
