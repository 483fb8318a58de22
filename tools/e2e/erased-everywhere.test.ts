/**
 * After `user erase`, no byte below the data folder names the user, and nobody else may read what is there.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { see } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { addLetter } from "@spillway/store/events/dead-letters.ts";

const USER = "erased-user-4711";
/** Another user, of whom nothing may be taken. */
const NEIGHBOUR = `${USER}1`;

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ REFRESH_CADENCE_S: "2" });
}, 100_000);

afterAll(() => spillway.stop(), 30_000);

/** Every file and folder below the data folder that is there now; some come and go. */
function belowDataFolder(): { readonly path: string; readonly mode: string; readonly content: Buffer }[] {
  const names = readdirSync(spillway.dataDirectory, { recursive: true, encoding: "utf8" });
  return ["", ...names].flatMap((name) => {
    const path = join(spillway.dataDirectory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return [];
    const mode = `${status.isDirectory() ? "folder" : "file"} ${(status.mode & 0o777).toString(8)}`;
    return [{ path, mode, content: status.isDirectory() ? Buffer.alloc(0) : readFileSync(path) }];
  });
}

/** The files in which one of the texts stands, as they are or as JSON escapes them. */
function filesWith(...texts: readonly string[]): string[] {
  return belowDataFolder()
    .filter(({ content }) => texts.some((text) => includesWhole(content, text)))
    .map(({ path }) => path);
}

/** A longer id that begins with the text is another one. */
function includesWhole(content: Buffer, text: string): boolean {
  for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
    if (content[at + text.length] !== "1".charCodeAt(0)) return true;
  }
  return false;
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const type = { "content-type": "text/plain" };
  const response = await fetch(url, {
    method: "POST",
    headers: { ...type, ...headers },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(202);
}

const playOf = (item: string, user?: string) => ({ id: randomUUID(), type: "play", item, user });

function addLetters(): void {
  const database = openDatabase(join(spillway.dataDirectory, "spillway.db"));
  const escaped = Array.from(USER, (digit) => `\\u${digit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
    "",
  );
  for (const body of [
    JSON.stringify({ [USER]: { deep: [{ user: 7 }] } }),
    `{"a":[[["${escaped}"]]]}`,
    JSON.stringify(`{"events":[{"user":"${USER}","ite`),
    JSON.stringify({ user: NEIGHBOUR }),
  ])
    addLetter(database, { id: randomUUID(), receivedMs: 1, reason: "test", body, replayedMs: null });
  database.close();
}

test("a user who was seen on every path is nowhere after the erasure", async () => {
  const { edgeUrl, originUrl } = spillway;
  const { headers } = await see(`${edgeUrl}/recommendations?context=homepage`);
  const cookie = headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const visitor = cookie.split("=")[1] ?? "";
  await post(`${edgeUrl}/events`, { events: [playOf("hub-esp")] }, { cookie });
  const linked = await spillway.admin("POST", "/identify", { visitor, user: USER });
  expect(await linked.json()).toEqual({ outcome: "linked" });
  for (const user of [USER, NEIGHBOUR]) {
    await see(`${edgeUrl}/recommendations?context=homepage&user=${user}`);
    await see(`${edgeUrl}/recommendations?context=search&q=${user}&user=${user}`);
    await see(`${originUrl}/recommendations?context=homepage&cluster=generic&user=${user}`);
    await post(`${edgeUrl}/events?user=${user}`, { events: [playOf("hub-bel")] });
    await post(`${edgeUrl}/events`, [playOf("hub-fra", user)]);
    await post(`${originUrl}/events?user=${user}`, [playOf("hub-esp")]);
  }
  addLetters();
  // It is in the profiles, after a cycle, and in the serving log.
  const exported = async (user: string) => (await spillway.command("user", "export", user, "--json")).stdout;
  await eventually(
    60_000,
    () => exported(USER),
    (text) => text.includes('"history"') && text.includes("hub-fra") && text.includes('"individual"'),
  );
  expect(filesWith(USER)).not.toEqual([]);

  const erase = async () => {
    await spillway.command("user", "erase", USER);
    return filesWith(USER, visitor);
  };
  // What isolates served just before may still arrive; and a reader may keep the journal for a moment.
  expect(await eventually(60_000, erase, (files) => files.length === 0)).toEqual([]);
  const neighbour = JSON.parse(await exported(NEIGHBOUR)) as { events: object[]; deadLetters: object[] };
  expect([neighbour.events.length, neighbour.deadLetters.length]).toEqual([3, 1]);
});

test("whatever is below the data folder is for its owner alone", () => {
  const open = belowDataFolder().filter(({ mode }) => !/^(file 600|folder 700)$/.test(mode));
  expect(open.map(({ path, mode }) => `${mode} ${path}`)).toEqual([]);
});
