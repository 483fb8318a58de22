import { expect, test } from "vitest";
import { launchers, type ProcessFacts } from "./launchers.ts";

const TRAP = `trap 'if [ "$?" -eq 130 ]; then trap - INT; kill -s INT $$; fi; trap "trap - INT; kill -s INT $$" INT' INT; `;
const SCRIPT_SHELL = ["sh", "-c", `${TRAP}node cli/src/start/start.ts`];
const PNPM = ["pnpm", "start"];
const NPX_SHELL = ["sh", "-c", "'pnpm' start"];
const NPX = ["npm exec pnpm@12 start"];
const CI_STEP = ["bash", "-c", "npx -y pnpm@12 start & sleep 1; exit"];

/** Ancestors with the pids 10, 11, …, the nearest first. The parent of the last one is init. */
function ancestors(...chain: readonly (readonly string[])[]): (pid: number) => ProcessFacts | undefined {
  const facts = chain.map((args, at) => ({
    pid: 10 + at,
    parent: at === chain.length - 1 ? 1 : 11 + at,
    args,
  }));
  return (pid) =>
    pid === 1 ? { pid: 1, parent: 0, args: ["init"] } : facts.find((fact) => fact.pid === pid);
}

test.each<[string, readonly (readonly string[])[], number]>([
  ["npx in a terminal", [SCRIPT_SHELL, PNPM, NPX_SHELL, NPX, ["-bash"]], 4],
  ["pnpm in a terminal", [SCRIPT_SHELL, PNPM, ["-bash"]], 2],
  ["pnpm as a script of Node's", [SCRIPT_SHELL, ["/usr/bin/node", "/usr/lib/pnpm/bin/pnpm.cjs", "start"]], 2],
  ["npm", [["sh", "-c", "node cli/src/start/start.ts"], ["npm start"], ["zsh"]], 2],
  ["a shell that mentions npx", [SCRIPT_SHELL, PNPM, NPX_SHELL, NPX, CI_STEP, ["runner"]], 4],
  [
    "a script of a package's that mentions npx, under a package manager",
    [
      SCRIPT_SHELL,
      PNPM,
      NPX_SHELL,
      NPX,
      ["sh", "-c", `${TRAP}npx -y pnpm@12 start & sleep 1`],
      ["pnpm", "ci"],
    ],
    4,
  ],
  [
    "a package's script that starts the one of the workspace",
    [SCRIPT_SHELL, ["pnpm", "-w", "start"], ["sh", "-c", `${TRAP}pnpm -w start`], PNPM, NPX_SHELL, NPX],
    6,
  ],
  [
    "no package manager",
    [
      ["bash", "ci/npx.sh"],
      ["runner", "--shell", "npx"],
    ],
    0,
  ],
])("%s", (_name, chain, count) => {
  expect(launchers(10, ancestors(...chain))).toEqual(Array.from({ length: count }, (_, at) => 10 + at));
});
