/**
 * Facts that documents state and code has: names of metrics, variables, commands, rungs, reasons, signals.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_TYPES } from "@spillway/shared/protocol/events.ts";
import { MODES } from "@spillway/shared/routing/mode-override.ts";
import { SERVED_AS, SERVED_REASONS } from "@spillway/shared/protocol/served.ts";
import { DEPTHS, DEVICES, ENTRY_PATHS, RECENCIES, SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";
import { COOKIE, HEADER, KV_KEY, PAGE_CONTEXTS, QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { DEFAULT_COOKIE } from "@spillway/edge/identity/user-token-config.ts";
import { VARIABLES } from "@spillway/edge/variables.ts";
import { environmentSchema } from "@spillway/origin/config/variables.ts";
import { CYCLE_STAGES } from "@spillway/origin/pipeline/process/cycle-report.ts";
import { REPOSITORY } from "./generated.ts";
import { edgeMetricsTable, metricsTable } from "./metrics-table.ts";
import { programs } from "./programs.ts";

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

/** Decisions tell of their time, and the generated page is what the programs say. */
const prose = [
  "README.md",
  ...readdirSync(join(REPOSITORY, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("decisions") && name !== "cli.md")
    .map((name) => join("docs", name)),
]
  .map(read)
  .join("\n");

function found(pattern: RegExp): string[] {
  return [...new Set([...prose.matchAll(pattern)].map((match) => match[1] ?? ""))];
}

test.each([
  ["docs/concepts.md", [...SIGNAL_NAMES, ...ENTRY_PATHS, ...DEPTHS, ...RECENCIES, ...DEVICES]],
  [
    "docs/concepts.md",
    [...SERVED_AS, ...EVENT_TYPES, ...MODES, ...PAGE_CONTEXTS, ...QUERY_CONTEXTS, ...CYCLE_STAGES],
  ],
  ["docs/http-api.md", [...SERVED_AS, ...SERVED_REASONS, ...Object.values(HEADER), ...Object.values(COOKIE)]],
  ["docs/event-client.md", [...EVENT_TYPES]],
  ["docs/architecture.md", Object.values(KV_KEY)],
])("%s has the words of the code: %j", (path, words) => {
  const text = read(path);
  const missing = words.filter(
    (word) => !new RegExp(`(?<![\\w-])${RegExp.escape(word)}(?![\\w-])`).test(text),
  );
  expect(missing).toEqual([]);
});

test("metrics that documents name exist", () => {
  const cookies = new Set([...Object.values<string>(COOKIE), DEFAULT_COOKIE]);
  const tables = metricsTable() + edgeMetricsTable();
  const unknown = found(/`(spillway_\w+)`/g).filter((name) => !tables.includes(`\`${name}\``));
  expect(unknown.filter((name) => !cookies.has(name))).toEqual([]);
});

test("variables and bindings that documents name exist", () => {
  // Constants of the code may be named, too.
  const constants = ["SIGNAL_NAMES", "NO_SIGNALS"];
  const ofWrangler = ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"];
  const ours = [...Object.keys(environmentSchema.shape), ...Object.keys(VARIABLES)];
  const known = new Set([...ours, ...constants, ...ofWrangler]);
  const wrangler = read("wrangler.toml");
  expect(
    found(/`([A-Z]+(?:_[A-Z0-9]+)+)`/g).filter((name) => !known.has(name) && !wrangler.includes(name)),
  ).toEqual([]);
});

test("files that documents name by their path exist", () => {
  const rooms = new Set(readdirSync(REPOSITORY));
  const paths = found(/`([\w-]+(?:\/[\w.-]+)+\.\w+)`/g).filter((path) => rooms.has(path.split("/")[0] ?? ""));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
});

test("each package stands in the architecture's table", () => {
  const table = read("docs/architecture.md");
  const packages = readdirSync(REPOSITORY).filter((name) =>
    existsSync(join(REPOSITORY, name, "package.json")),
  );
  expect(packages.length).toBeGreaterThan(0);
  expect(packages.filter((name) => !table.includes(`\n| \`${name}/\` |`))).toEqual([]);
});

test("commands that documents name exist", async () => {
  const known = new Map((await programs()).map(({ run, command }) => [run.replace("pnpm ", ""), command]));
  const unknown = found(
    /(?:pnpm(?: --silent)?|npx -y pnpm@12) ((?:spillway|bench) [a-z][a-z-]*(?: [a-z-]+)?)/g,
  ).filter((line) => {
    const [program = "", name = "", sub = ""] = line.split(" ");
    const command = named(known.get(program), name);
    if (command === undefined) return true;
    return command.commands.length > 0 && sub !== "" && named(command, sub) === undefined;
  });
  expect(unknown).toEqual([]);
});

function named(parent: Command | undefined, name: string): Command | undefined {
  return parent?.commands.find((command) => command.name() === name);
}
