/** The child processes of `start`: their output is printed with their name before each line. */
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";

export type Child = Pick<ChildProcess, "ended" | "stop" | "kill"> & {
  /** When it last printed a line; before its first line, when it was started. */
  readonly lastOutputMs: () => number;
};

/** How a child ended: by itself, by a signal, or since it could not be started. */
export function howEnded(ended: number | string): string {
  return typeof ended === "number" ? `exit code ${ended}` : ended;
}

/** Lines for which `isNoise` holds are not printed. */
export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  isNoise: (line: string) => boolean = () => false,
): Child {
  let outputMs = Date.now();
  const { ended, stop, kill } = startProcess({
    command,
    args,
    environment,
    endsWithParent: true,
    onLine: (line) => {
      outputMs = Date.now();
      if (line.trim() !== "" && !isNoise(line)) console.log(`[${name}] ${line}`);
    },
  });
  return { ended, stop, kill, lastOutputMs: () => outputMs };
}
