/** The programs that docs/cli.md documents, built without being run. */
import type { Command } from "commander";
import { benchProgram } from "@spillway/bench/program.ts";
import { chaosProgram } from "@spillway/chaos/program.ts";
import { fuzzProgram } from "@spillway/chaos/fuzz-program.ts";
import { evaluateProgram } from "@spillway/evaluate/program.ts";
import { spillwayProgram } from "@spillway/cli/program.ts";
import { startProgram } from "@spillway/cli/start/program.ts";
import { rehearseProgram } from "@spillway/rehearse/program.ts";

export type Program = { readonly run: string; readonly command: Command };

/** `run`: what an operator types for it. */
export async function programs(): Promise<Program[]> {
  return [
    { run: "pnpm start", command: startProgram() },
    { run: "pnpm spillway", command: await spillwayProgram() },
    { run: "pnpm rehearse", command: rehearseProgram() },
    { run: "pnpm evaluate", command: evaluateProgram() },
    { run: "pnpm bench", command: benchProgram() },
    { run: "pnpm test:chaos", command: chaosProgram() },
    { run: "pnpm test:fuzz", command: fuzzProgram() },
  ];
}
