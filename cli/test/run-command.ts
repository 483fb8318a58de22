/** Runs `spillway` in a process of its own, as an operator does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type CommandRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

const SPILLWAY = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const child = spawn(process.execPath, [SPILLWAY, ...args], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}
