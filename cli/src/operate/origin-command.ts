/** `spillway origin`: the origin alone, as `start` runs it; for bringing it back after it died. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { REPOSITORY } from "@spillway/origin/config.ts";
import { ensureDevVars } from "../start/dev-vars.ts";

export function originCommand(): Command {
  return new Command("origin")
    .description("run the origin alone, in the foreground (`start` does not restart one that died)")
    .action(async () => {
      ensureDevVars();
      const child = spawn(process.execPath, [join(REPOSITORY, "origin/src/index.ts")], { stdio: "inherit" });
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.on(signal, () => child.kill(signal));
      process.exitCode = await new Promise<number>((resolve) =>
        child.on("exit", (code) => resolve(code ?? 1)),
      );
    });
}
