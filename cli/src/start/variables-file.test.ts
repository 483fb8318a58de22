import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unstable_getVarsForDev } from "wrangler";
import { formatVariables } from "./variables-file.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spillway-variables-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("wrangler reads what was written", () => {
  const variables = {
    KEYS: '{"keys":[{"kty":"oct","k":"a\\nb"}]}',
    MONEY: "pa$HOME-and-$${HOME}",
    NAME: "it's",
    EMPTY: "",
  };
  const path = join(directory, "edge.vars");
  writeFileSync(path, formatVariables(variables));
  const read = unstable_getVarsForDev(join(directory, "wrangler.toml"), [path], {}, undefined, true);
  expect(Object.entries(read).map(([name, { value }]) => [name, value])).toEqual(Object.entries(variables));
});

test("what no quotes can hold is refused", () => {
  expect(() => formatVariables({ ALL: "'\"`" })).toThrow(/^ALL holds/);
});
