import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { testOperatorStore } from "../../test/operator-store-contract.ts";
import { openForTest } from "../../test/test-database.ts";
import { addLetter } from "../events/dead-letters.ts";
import { sqliteOperatorStore } from "./sqlite-operator-store.ts";

testOperatorStore(() => {
  const database = openForTest();
  return {
    store: sqliteOperatorStore(database),
    keepLetter: (letter) => void addLetter(database, letter),
  };
});

test("the file holds no token", async () => {
  const database = openForTest();
  const { tokens } = sqliteOperatorStore(database);
  const made = await tokens.create({ name: "ci", role: "viewer", by: "admin", nowMs: 1 });
  if (made.kind !== "created") throw new Error("the name is taken");
  database.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  const bytes = readFileSync(database.sqlite.name);
  expect(bytes.includes("operator_tokens")).toBe(true);
  expect(bytes.includes(made.secret.slice(21))).toBe(false);
});

test("the pins of an earlier release are the first version that is known", async () => {
  const database = openForTest();
  const { pins } = pinsSchema.parse({ pins: [{ id: "a", items: ["x"] }] });
  database.sqlite.prepare("INSERT INTO documents VALUES ('pins', 7, ?, 42)").run(JSON.stringify({ pins }));
  const migration = readFileSync(new URL("../../../migrations/0010_operators.sql", import.meta.url), "utf8");
  database.sqlite.exec(migration.split("--> statement-breakpoint").at(-1) ?? "");
  const store = sqliteOperatorStore(database);
  expect(await store.pins.list(9)).toEqual([
    { version: 7, value: pins, note: undefined, by: undefined, writtenMs: 42 },
  ]);
  expect(await store.pins.put({ value: pins, nowMs: 43, expectedVersion: 7 })).toEqual({
    kind: "stored",
    version: 8,
  });
});
