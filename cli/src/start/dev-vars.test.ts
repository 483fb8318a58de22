import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ensureDevVars } from "./dev-vars.ts";

function setUp(text?: string) {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, ".dev.vars");
  if (text !== undefined) writeFileSync(path, text);
  ensureDevVars(path);
  return { path, text: readFileSync(path, "utf8"), variables: parseEnv(readFileSync(path, "utf8")) };
}

test("makes secrets of their own once, for the owner alone", () => {
  const { path, text, variables } = setUp();
  expect(Object.keys(variables).toSorted()).toEqual(["ADMIN_TOKEN", "EDGE_TOKEN", "USER_HASH_KEY"]);
  expect(new Set(Object.values(variables)).size).toBe(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  ensureDevVars(path);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test.each([
  "from-before-0123456789",
  "with 'single' and $HOME-0123",
  'with "double"-0123456789',
  "a#b-0123456789",
])("users whose hashes were made with the edge token %s keep them", (token) => {
  const quote = token.includes("'") ? '"' : "'";
  const { text, variables } = setUp(`# mine\nEDGE_TOKEN=${quote}${token}${quote}`);
  expect(text).toMatch(/^# mine\n/);
  expect(variables).toMatchObject({ EDGE_TOKEN: token, USER_HASH_KEY: token });
});
