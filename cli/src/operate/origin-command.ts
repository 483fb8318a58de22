/** `spillway origin` runs the origin alone, for example after the origin of `start` has ended. */
import { Command } from "commander";
import { ensureDevVars } from "../start/dev-vars.ts";

export function originCommand(): Command {
  return new Command("origin")
    .description("run the origin alone, in the foreground (`start` does not restart an origin that ended)")
    .action(async () => {
      ensureDevVars();
      // The module runs the origin in this process, and reads the environment only now that the tokens exist.
      await import("@spillway/origin/index.ts");
    });
}
