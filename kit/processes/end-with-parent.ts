/**
 * Wraps a command so that its process group ends with the parent process, even when the parent is killed with
 * SIGKILL.
 */

/**
 * The shell command that runs its arguments beside a watcher; `graceS` is the time between SIGINT and
 * SIGKILL.
 */
function script(graceS: number): string {
  return `
exec 3<&0 </dev/null
(
  trap '' INT TERM HUP
  read -r _ <&3
  kill -INT 0
  sleep ${graceS}
  kill -KILL 0
) >/dev/null 2>&1 &
exec "$@" 3<&-`;
}

/**
 * The command must lead a process group, and its standard input must be a pipe that only the parent holds
 * open. A watcher in the group reads that pipe. The operating system closes the pipe when the parent ends,
 * and then the watcher ends the group. The watcher ignores the signals that it sends itself. The command's
 * own standard input is empty.
 */
export function endWithParent(
  command: string,
  args: readonly string[],
  graceMs: number,
): { readonly command: string; readonly args: readonly string[] } {
  return { command: "sh", args: ["-c", script(graceMs / 1000), command, command, ...args] };
}
