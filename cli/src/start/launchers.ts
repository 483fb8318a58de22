/** The processes that stand between a user and `start` and do nothing but run it: npx, pnpm and their shells. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
};

const PACKAGE_MANAGER = /^(npm|npx|pnpm|pnpx)(-cli)?(\.[cm]?js)?$/;
const SHELL = /^(sh|dash|bash|zsh)$/;
/** npx runs a package's command through a shell: `sh -c "'pnpm' start"`. With an operator it would be somebody's script. */
const ONE_COMMAND = /^'?(npm|npx|pnpm|pnpx)'?( [^;&|\n]*)?$/;
/** What pnpm puts before a script, so that its shell passes signals on. */
const PNPM_TRAP = /^trap '[^']*' INT; /;

/**
 * Our ancestors from the nearest one on, as far as they are package managers, or shells that one of them has started. A shell or a CI step
 * that runs `npx … &` among other things is none of them: `start` outlives it.
 */
export function launchers(
  first: number = process.ppid,
  lookUp: (pid: number) => ProcessFacts | undefined = readProcess,
): number[] {
  const found: number[] = [];
  let shells: number[] = [];
  for (let at = lookUp(first); at !== undefined && at.pid > 1; at = lookUp(at.parent)) {
    if (isPackageManager(at)) {
      found.push(...shells, at.pid);
      shells = [];
    } else if (shells.length === 0 && (at.pid === first || isShellOfOneCommand(at))) {
      shells.push(at.pid);
    } else {
      break;
    }
  }
  return found;
}

function isPackageManager({ args: [command = "", script = ""] }: ProcessFacts): boolean {
  // npm writes its whole command line into the place of its name.
  const name = basename(command.split(" ")[0] ?? "");
  return PACKAGE_MANAGER.test(name) || (name === "node" && PACKAGE_MANAGER.test(basename(script)));
}

function isShellOfOneCommand({ args: [command = "", flag, text = ""] }: ProcessFacts): boolean {
  return SHELL.test(basename(command)) && flag === "-c" && ONE_COMMAND.test(text.replace(PNPM_TRAP, ""));
}

/** Undefined where there is no /proc, or no such process any more. */
function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { pid, parent: Number(statOf(pid)[1]), args };
  } catch {
    return undefined;
  }
}

/** State, parent and so on. The name in parentheses before them may hold anything. */
function statOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}

/** A process that has ended and that nobody has waited for is no longer alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  try {
    return statOf(pid)[0] !== "Z";
  } catch {
    // There is no /proc here, or the process has just ended, which the next look tells.
    return true;
  }
}
