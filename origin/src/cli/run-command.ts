/** For tests: runs one command in a process of its own, as an operator does. */
import { spawn } from "node:child_process";
import { once } from "node:events";

export type CommandRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** `factory`: the exported function of `module` (beside this file) that makes the command. */
export async function runCommand(
  module: string,
  factory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const script = `
    import { ${factory} } from ${JSON.stringify(new URL(module, import.meta.url).href)};
    await ${factory}().parseAsync(process.argv.slice(1), { from: "user" });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, "--", ...args], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}
