/** Finds the ancestor processes that only run `start` for the user: npx, pnpm and their shells. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
};

const PACKAGE_MANAGER = /^(npm|npx|pnpm|pnpx)(-cli)?(\.[cm]?js)?$/;
const SHELL = /^(sh|dash|bash|zsh)$/;
/**
 * npx runs a package's command through a shell: `sh -c "'pnpm' start"`. A command line with an operator such
 * as `;` is a user's script and does not match.
 */
const ONE_COMMAND = /^'?(npm|npx|pnpm|pnpx)'?( [^;&|\n]*)?$/;
/** pnpm puts this before a script, so that the shell passes signals on. */
const PNPM_TRAP = /^trap '[^']*' INT; /;

/**
 * Returns our ancestors, the nearest first, as long as they are package managers or shells that one of them
 * has started. A shell or a CI step that runs `npx … &` among other things does not count, because `start`
 * must outlive it.
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
  // npm replaces its process name by its whole command line.
  const name = basename(command.split(" ")[0] ?? "");
  return PACKAGE_MANAGER.test(name) || (name === "node" && PACKAGE_MANAGER.test(basename(script)));
}

function isShellOfOneCommand({ args: [command = "", flag, text = ""] }: ProcessFacts): boolean {
  return SHELL.test(basename(command)) && flag === "-c" && ONE_COMMAND.test(text.replace(PNPM_TRAP, ""));
}

/** Returns undefined when the system has no /proc, or when the process has ended. */
function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { pid, parent: Number(statOf(pid)[1]), args };
  } catch {
    return undefined;
  }
}

/** Returns the fields after the process name: state, parent and so on. The name may contain any character. */
function statOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}

/** A zombie, which has ended but whose parent has not waited for it, does not count as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that the process is alive and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  try {
    return statOf(pid)[0] !== "Z";
  } catch {
    // The system has no /proc, or the process has just ended, which the next check finds out.
    return true;
  }
}
