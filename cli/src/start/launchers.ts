/** The processes that stand between a user and `start`: npx, pnpm and their shells. */
import { readFileSync } from "node:fs";

type Ancestor = { readonly pid: number; readonly parent: number; readonly command: string };

/** Undefined where there is no /proc, or no such process any more. */
function ancestor(pid: number): Ancestor | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    // The name in parentheses may hold anything; the parent is the second field behind it.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { pid, parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** Our ancestors as far as they are package managers and their shells; without /proc the parent alone. */
export function launchers(): number[] {
  const pids: number[] = [];
  for (let at = ancestor(process.ppid); at !== undefined && at.pid > 1; at = ancestor(at.parent)) {
    if (!/\b(npm|npx|pnpm)\b|start\.ts/.test(at.command)) break;
    pids.push(at.pid);
  }
  return pids.length === 0 ? [process.ppid] : pids;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
