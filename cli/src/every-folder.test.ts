import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REPOSITORY } from "@spillway/origin/config.ts";

/** Finds the packages of the workspace, which are at the top or one folder down. */
function packages(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    const below = depth === 0 ? [] : packages(path, depth - 1);
    return existsSync(join(path, "package.json")) ? [path, ...below] : below;
  });
}

/** Each package needs the scripts, because pnpm looks for a script only in the nearest package. */
test.each(packages(REPOSITORY, 1).map((path) => [path.slice(REPOSITORY.length), path] as const))(
  "spillway and start work in %s",
  (_name, path) => {
    const { scripts } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as {
      scripts?: Record<string, string>;
    };
    expect(scripts).toMatchObject({ spillway: "pnpm -w spillway", start: "pnpm -w start" });
  },
);
