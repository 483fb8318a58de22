import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { DataError } from "./errors.ts";
import { readInteractions } from "./read-interactions.ts";

function fileOf(name: string, content: string | Buffer): string {
  const directory = mkdtempSync(join(tmpdir(), "spillway-evaluate-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/**
 * User 5 is a test user, of whom (5, 4) is held out and (5, 1) is not; 10 has only held-out items, 15 none.
 */
const PAIRS = [
  [5, 1],
  [5, 4],
  [1, 4],
  [10, 10],
  [15, 1],
  [2, 1],
] as const;
const CSV = `user,item,rating\n${PAIRS.map(([user, item]) => `${user},${item},3`).join("\n")}\n`;

const DIVIDED = {
  users: [
    { test: true, items: Uint32Array.of(0, 1), heldOut: Uint8Array.of(0, 1) },
    { test: false, items: Uint32Array.of(1), heldOut: Uint8Array.of(0) },
    { test: false, items: Uint32Array.of(0), heldOut: Uint8Array.of(0) },
  ],
  itemCount: 3,
  interactions: 4,
  usersAsGiven: true,
  itemsAsGiven: true,
  droppedTestUsers: 2,
  rows: 6,
  duplicates: 0,
};

describe("reading interactions", () => {
  test.each([
    ["CSV", "pairs.csv", CSV],
    ["gzipped CSV", "pairs.csv.gz", gzipSync(CSV)],
    [
      "JSONL with numbers and texts for ids",
      "pairs.jsonl",
      PAIRS.map(([user, item]) => JSON.stringify({ user, item: String(item), note: "?" })).join("\n"),
    ],
  ])(
    "divides %s by the protocol, and leaves out test users who lack either part",
    async (_, name, content) => {
      expect(await readInteractions(fileOf(name, content))).toEqual(DIVIDED);
    },
  );

  test("counts a repeated pair once", async () => {
    const read = await readInteractions(fileOf("pairs.csv", `${CSV}2,1,5\n 02 ,1,1\n`));
    expect(read).toEqual({ ...DIVIDED, rows: 8, duplicates: 2 });
  });

  test("numbers ids that are not all integers by first appearance, users and items apart", async () => {
    // ada is user 0: (0, 0) is held out, (0, 1) is not.
    const text = "user,item\nada,0\nada,1\nβ,0\n7,1\n";
    const { users, usersAsGiven, itemsAsGiven } = await readInteractions(fileOf("pairs.csv", text));
    expect({ usersAsGiven, itemsAsGiven }).toEqual({ usersAsGiven: false, itemsAsGiven: true });
    expect(users[0]).toEqual({ test: true, items: Uint32Array.of(0, 1), heldOut: Uint8Array.of(1, 0) });
    expect(users.map((user) => user.test)).toEqual([true, false, false]);
  });

  test.each([
    ["an empty file", "", "empty"],
    ["a header alone", "user,item\n", "has no interactions"],
    ["no item column", "user,title\n1,2\n", "no column item"],
    ["a cell that is missing", "user,item\n1,2\n,3\n", "pairs.csv:3: user: is missing"],
    ["a row that is too short", "user,item\n1,2\n1\n", "pairs.csv:3: has 1 columns"],
    ["one user", "user,item\n5,1\n5,4\n", "one user"],
    ["no test user", "user,item\n1,1\n2,1\n", "there is no test user"],
    ["test users alone", "user,item\n5,1\n5,4\n10,1\n10,10\n", "nobody to learn from"],
    ["test users without history", "user,item\n5,4\n1,4\n", "none has both"],
  ])("refuses %s, saying so", async (_, text, message) => {
    const reading = readInteractions(fileOf("pairs.csv", text));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  test("keeps ids beyond 2^53 apart, and refuses what is no id", async () => {
    const text = '{"user":1.5,"item":1}\n{"user":1,"item":[2]}\n{"user":9007199254740993,"item":1}\n';
    await expect(readInteractions(fileOf("pairs.jsonl", text))).rejects.toThrow(
      /^pairs.jsonl:1: user: 1.5 is not a whole number[^]*:2: item: must be a text or a whole number\nnothing/,
    );
  });

  test("shows the first ten bad rows and counts the others", async () => {
    const text = `user,item\n${"1,\n".repeat(13)}`;
    await expect(readInteractions(fileOf("pairs.csv", text))).rejects.toThrow(
      /:11: item: is missing\n… and 3 more; nothing was measured\.$/,
    );
  });
});
