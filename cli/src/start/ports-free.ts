/** Checks that the ports of edge and origin are free. */
import type { Config } from "@spillway/origin/config.ts";
import { portProblem } from "./ports.ts";
import type { LockHolder } from "./lock.ts";

/**
 * The children of a killed `start` end within this time, because their watcher kills them after five seconds.
 */
const ORPHANS_END_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 200;

/**
 * Returns the problem as one line, or undefined. It waits for the processes of `killed`, the last holder of
 * the data folder, which may still be ending.
 */
export async function whyNotFree(
  { edgePort, port }: Pick<Config, "edgePort" | "port">,
  killed: LockHolder | undefined,
): Promise<string | undefined> {
  const deadlineMs = Date.now() + (killed === undefined ? 0 : ORPHANS_END_WITHIN_MS);
  for (let printed = false; ; printed = true) {
    const problem =
      (await problemOf("EDGE_PORT", edgePort, port)) ?? (await problemOf("ORIGIN_PORT", port, edgePort));
    if (problem === undefined || Date.now() >= deadlineMs) return problem;
    if (!printed) console.log("  waiting until the processes of a killed start have ended …");
    await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
  }
}

async function problemOf(name: string, port: number, other: number): Promise<string | undefined> {
  const problem = await portProblem(port);
  if (problem === undefined) return undefined;
  const free = [port + 10, port + 11].find((candidate) => candidate !== other && candidate < 65_536) ?? 9000;
  return `${problem} Set ${name} to a free port: ${name}=${free} npx -y pnpm@12 start`;
}
