/** Whether edge and origin will find their ports free. */
import type { Config } from "@spillway/origin/config.ts";
import { portProblem } from "./ports.ts";
import type { LockHolder } from "./lock.ts";

/** What a killed `start` leaves behind ends within this: child.ts kills it after five seconds. */
const LEFT_ENDS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;

/** One line, or undefined. `left`: the last holder of the data folder was killed; its processes may still be ending. */
export async function whyNotFree(
  { edgePort, port }: Pick<Config, "edgePort" | "port">,
  left: LockHolder | undefined,
): Promise<string | undefined> {
  const deadlineMs = Date.now() + (left === undefined ? 0 : LEFT_ENDS_WITHIN_MS);
  for (let told = false; ; told = true) {
    const problem =
      (await problemOf("EDGE_PORT", edgePort, port)) ?? (await problemOf("ORIGIN_PORT", port, edgePort));
    if (problem === undefined || Date.now() >= deadlineMs) return problem;
    if (!told) console.log("  waiting for what a killed start has left behind to end …");
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function problemOf(name: string, port: number, other: number): Promise<string | undefined> {
  const problem = await portProblem(port);
  if (problem === undefined) return undefined;
  const free = [port + 10, port + 11].find((candidate) => candidate !== other && candidate < 65_536) ?? 9000;
  return `${problem} Set ${name} to a free one: ${name}=${free} npx -y pnpm@12 start`;
}
