import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { TIME_FORM } from "@spillway/shared/protocol/time.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { packHistory, unpackHistory } from "@spillway/model/profile/history.ts";
import type { Database } from "@spillway/store/database.ts";
import { getDocument, putDocument } from "@spillway/store/documents.ts";
import { insertEvents, lastEventSeq } from "@spillway/store/events/events.ts";
import { allItems, itemById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { getPins, putPins } from "@spillway/store/operators/pins.ts";
import { countProfiles, iterateProfiles, profileOf, putProfiles } from "@spillway/store/profiles/profiles.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { importFiles, type ImportRequest, type ImportResult } from "./import-files.ts";

const NOW_MS = Date.parse("2027-01-15T12:00:00Z");
const ITEMS = "item,title,genres\na,Alpha,Drama|Comedy\nb,Beta,\n";

type Setup = {
  readonly database: Database;
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly run: (request: Partial<ImportRequest>, nowMs?: number) => Promise<ImportResult>;
};

function setUp(): Setup {
  const path = temporaryPath();
  const database = openForTest(path);
  return {
    database,
    file: (name, content) => {
      const full = join(dirname(path), name);
      writeFileSync(full, content);
      return full;
    },
    run: (request, nowMs = NOW_MS) =>
      importFiles({ keepDemo: false, ...request }, database, () => undefined, nowMs),
  };
}

/** Items by id and user → item id → [weight, time]. */
function contents(database: Database) {
  const ids = new Map(allItems(database).map(({ seq, item }) => [seq, item.id]));
  const histories = [...iterateProfiles(database)].map(({ user, history }) => [
    user,
    Object.fromEntries(
      unpackHistory(history).map(({ item, weight, timeMs }) => [ids.get(item), [weight, timeMs]]),
    ),
  ]);
  return { items: [...ids.values()], histories: Object.fromEntries(histories) as Record<string, unknown> };
}

function badRows(result: ImportResult): string[] {
  return result.ok ? [] : result.badRows.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
}

describe("reads", () => {
  test("CSV", async () => {
    const { database, file, run } = setUp();
    const interactions = "user,item,weight,time\nu1,a,0.5,2026-01-02T03:04:05Z\nu1,b,,\nu2,a,2,1700000000\n";
    const result = await run({
      itemsPath: file("items.csv", ITEMS),
      interactionsPath: file("interactions.csv", interactions),
    });
    expect(result).toMatchObject({ ok: true, items: 2, interactions: 3, users: 2, notices: [] });
    expect(contents(database)).toEqual({
      items: ["a", "b"],
      histories: {
        u1: { a: [0.5, Date.parse("2026-01-02T03:04:05Z")], b: [1, 0] },
        u2: { a: [2, 1_700_000_000_000] },
      },
    });
    expect(itemById(database, "a")?.item).toMatchObject({ kind: "movie", genres: ["Drama", "Comedy"] });
    expect(profileOf(database, "u1")).toMatchObject({ source: "import", visits: 1, signals: null });
  });

  test("JSONL, with numbers for ids and lists as lists", async () => {
    const { database, file, run } = setUp();
    const items =
      '{"id":7,"title":"Seven","kind":"series","genres":[{"id":18,"name":"Drama"},null],"takenDown":true}\n\n{"item":"b","title":"B"}';
    const interactions =
      '{"user":1,"item":7,"timestamp":1700000000000}\n{"user":1,"item":"b","weight":0.5}\n';
    const result = await run({
      itemsPath: file("items.jsonl", items),
      interactionsPath: file("interactions.ndjson", interactions),
    });
    expect(badRows(result)).toEqual([]);
    expect(itemById(database, "7")?.item).toMatchObject({
      kind: "series",
      genres: ["Drama"],
      takenDown: true,
    });
    expect(contents(database).histories).toEqual({ "1": { "7": [1, 1_700_000_000_000], b: [0.5, 0] } });
  });

  test.each(["csv", "jsonl"])("gzipped %s", async (format) => {
    const { database, file, run } = setUp();
    const text = format === "csv" ? ITEMS : '{"id":"a","title":"Alpha"}\n{"id":"b","title":"Beta"}\n';
    await run({ itemsPath: file(`items.${format}.gz`, gzipSync(text)) });
    expect(contents(database).items).toEqual(["a", "b"]);
  });

  test("a byte order mark, CRLF, blank lines, unknown letter case and no newline at the end", async () => {
    const { database, file, run } = setUp();
    const result = await run({
      itemsPath: file("items.csv", "\uFEFFID,Title ,Rating\r\na,Alpha,5\r\n\r\nb,Beta,4"),
    });
    expect(result).toMatchObject({ ok: true, notices: [expect.stringContaining("ignored: Rating")] });
    expect(contents(database).items).toEqual(["a", "b"]);
  });

  test("ids in any script, and quoted cells with commas, quotes and newlines", async () => {
    const { database, file, run } = setUp();
    const items = 'id,title\n映画-😀,"Señor ""X"",\r\nthe film"\n';
    await run({
      itemsPath: file("items.csv", items),
      interactionsPath: file("i.csv", "user,item\nπελάτης,映画-😀\n"),
    });
    expect(itemById(database, "映画-😀")?.item.title).toBe('Señor "X",\nthe film');
    expect(contents(database).histories).toEqual({ πελάτης: { "映画-😀": [1, 0] } });
  });

  test("a first quote far down in a long file, and what follows it by the right line", async () => {
    const { file, run } = setUp();
    const plain = Array.from({ length: 20_000 }, (_, at) => `somebody-${at % 10},a`);
    const rows = ["user,item,note", ...plain.map((row) => `${row},`), 'q,b,"two', 'lines"', "bad"];
    const itemsPath = file("items.csv", ITEMS);
    const result = await run({ itemsPath, interactionsPath: file("i.csv", `${rows.join("\n")}\n`) });
    expect(badRows(result)).toEqual(["i.csv:20004: has 1 columns where the header row has 3"]);
    rows.pop();
    expect(await run({ itemsPath, interactionsPath: file("i.csv", rows.join("\n")) })).toMatchObject({
      interactions: 11,
      mergedInteractions: 19_990,
    });
  });

  test("every field of an item", async () => {
    const { database, file, run } = setUp();
    const header = "id,title,kind,teams,matchId,publishedAt,takenDown,durationMin,hue";
    const row = "m,Spain v. Belgium,match,ESP|BEL,m,2026-07-10T19:00:00Z,0,105.5,200";
    expect(badRows(await run({ itemsPath: file("items.csv", `${header}\n${row}\n`) }))).toEqual([]);
    const expected: Item = {
      id: "m",
      title: "Spain v. Belgium",
      kind: "match",
      genres: [],
      teams: ["ESP", "BEL"],
      matchId: "m",
      publishedAt: "2026-07-10T19:00:00Z",
      takenDown: false,
      durationMin: 105.5,
      hue: 200,
    };
    expect(itemById(database, "m")?.item).toEqual(expected);
  });
});

describe("whom an item may be shown to", () => {
  test("is read from a column of territories and one of ages, empty for everybody", async () => {
    const { database, file, run } = setUp();
    const rows = [
      "id,title,territories,ageRating",
      "a,Alpha,GB;IE,12",
      "b,Beta,!us;!CA,0",
      "c,Gamma,gb|ie,",
      'd,Delta,"GB, IE",18',
      "e,Epsilon,,",
      'f,Zeta,"[""GB"",""IE""]",',
      'g,Eta,"{""denied"":[""US""]}",21',
      "h,Theta, , ",
    ];
    expect(badRows(await run({ itemsPath: file("items.csv", rows.join("\n")) }))).toEqual([]);
    const restrictions = Array.from("abcdefgh", (id) => {
      const { territories, ageRating } = itemById(database, id)?.item ?? {};
      return [territories, ageRating];
    });
    const isles = { allowed: ["GB", "IE"] };
    expect(restrictions).toEqual([
      [isles, 12],
      [{ denied: ["CA", "US"] }, 0],
      [isles, undefined],
      [isles, 18],
      [undefined, undefined],
      [isles, undefined],
      [{ denied: ["US"] }, 21],
      [undefined, undefined],
    ]);
  });

  test("is read from JSONL, as a text, a list or an object", async () => {
    const { database, file, run } = setUp();
    const rows = ['"!US"', '["gb"]', '{"denied":["US"]}', "null"].map(
      (territories, at) => `{"id":"i${at}","title":"T","territories":${territories},"ageRating":12}`,
    );
    expect(badRows(await run({ itemsPath: file("items.jsonl", rows.join("\n")) }))).toEqual([]);
    const read = rows.map((_, at) => itemById(database, `i${at}`)?.item.territories);
    expect(read).toEqual([{ denied: ["US"] }, { allowed: ["GB"] }, { denied: ["US"] }, undefined]);
  });

  test("names row, column and what is meant where it is wrong", async () => {
    const { file, run } = setUp();
    const rows = [
      "id,title,territories,ageRating",
      "a,Alpha,UK,12",
      "b,Beta,GB;!US,12",
      "c,Gamma,GB,PG-13",
      "d,Delta,EU,18+",
      "e,Epsilon,GBR,-1",
      "f,Zeta,{GB},12.5",
    ];
    const code = "is no country code of ISO 3166-1 alpha-2, such as GB";
    const age = "ageRating: must be a least age in whole years, 0–21, such as 12";
    expect(badRows(await run({ itemsPath: file("items.csv", rows.join("\n")) }))).toEqual([
      `items.csv:2: territories: "UK" ${code}: write GB`,
      'items.csv:3: territories: must name countries to allow ("GB") or to deny ("!US"), and not both',
      `items.csv:4: ${age}`,
      `items.csv:5: territories: "EU" ${code}; ${age}`,
      `items.csv:6: territories: "GBR" ${code}; ${age}`,
      `items.csv:7: territories: must be {"allowed": […]} or {"denied": […]}, with at least one country; ${age}`,
    ]);
  });
});

describe("refuses, and imports nothing", () => {
  test.each([
    ["an empty file", "", "items.csv:1: the file is empty; it must start with a header row"],
    ["a header alone", "id,title\n", "items.csv:1: the file holds no rows"],
    [
      "a file without a header",
      "a,Alpha\nb,Beta\n",
      "items.csv:1: the header row has no column id or item; it has: a, Alpha",
    ],
    ["a column twice", "id,title,ID\na,Alpha,b\n", "items.csv:1: the header row has the column id twice"],
    ["too many columns", "id,title\na,Alpha,x\n", "items.csv:2: has 3 columns where the header row has 2"],
    ["no title", "id,title\na,\n", "items.csv:2: title: is missing"],
    [
      "an id twice",
      "id,title\na,Alpha\nb,Beta\na,Again\n",
      "items.csv:4: id: is the id of the item in line 2 too",
    ],
    ["a hue that is no number", "id,title,hue\na,Alpha,red\n", "items.csv:2: hue: must be a number"],
    [
      "a quote that is never closed",
      'id,title\na,Alpha\nb,"Beta\nc,C\n',
      "items.csv:3: a quote is opened here",
    ],
    ["a quote in the middle", 'id,title\na,Al"pha\n', "items.csv:2: Invalid Opening Quote"],
  ])("%s", async (_, text, problem) => {
    const { database, file, run } = setUp();
    const result = await run({ itemsPath: file("items.csv", text) });
    expect(badRows(result)).toHaveLength(1);
    expect(badRows(result)[0]).toContain(problem);
    expect(contents(database).items).toEqual([]);
  });

  test.each([
    ["latin-1", "items.csv", Buffer.from("id,title\na,Se\u00f1or\n", "latin1"), "not valid"],
    ["a torn archive", "items.csv.gz", gzipSync(ITEMS).subarray(0, -12), "unexpected end"],
  ])("%s", async (_, name, bytes, reason) => {
    const { database, file, run } = setUp();
    const problem = badRows(await run({ itemsPath: file(name, bytes) })).at(-1);
    expect(problem).toContain("the file cannot be read on from here");
    expect(problem).toContain(reason);
    expect(contents(database).items).toEqual([]);
  });

  test("each bad row, by the line it starts on, however many lines a quoted cell takes", async () => {
    const { database, file, run } = setUp();
    const rows = [
      "user,item,weight,time",
      'u1,"a\r\nb",,',
      "",
      "u1,a,0,",
      "u1,a,,yesterday",
      "u1,a,,2027-02-01",
      ",a,,",
      'u1,"ghost",,',
      "u1,a,,",
    ].join("\r\n");
    const result = await run({
      itemsPath: file("items.csv", ITEMS),
      interactionsPath: file("interactions.csv", rows),
    });
    expect(badRows(result)).toEqual([
      'interactions.csv:2: item: no item "a\\nb" in the items file or the catalogue',
      "interactions.csv:5: weight: must be a number above 0, at most 1000000",
      `interactions.csv:6: time: ${TIME_FORM}`,
      "interactions.csv:7: time: is more than a day in the future",
      "interactions.csv:8: user: is missing",
      'interactions.csv:9: item: no item "ghost" in the items file or the catalogue',
    ]);
    expect(contents(database)).toEqual({ items: [], histories: {} });
  });

  test("bad lines of JSONL", async () => {
    const { file, run } = setUp();
    const text = '{"id":"a","title":"A"}\n{"id":\n[]\n\n{"id":"b","title":"B","kind":"opera"}\n';
    expect(
      badRows(await run({ itemsPath: file("items.jsonl", text) })).map((row) => row.slice(0, 34)),
    ).toEqual([
      "items.jsonl:2: is not JSON: Unexpe",
      "items.jsonl:3: is not a JSON objec",
      "items.jsonl:5: kind: must be one o",
    ]);
  });

  test("counts all bad rows and shows the first twenty", async () => {
    const { file, run } = setUp();
    const text = `id,title\n${Array.from({ length: 500 }, (_, at) => `i${at},`).join("\n")}\n`;
    const result = await run({ itemsPath: file("items.csv", text) });
    expect(result).toMatchObject({ ok: false, badRowCount: 500 });
    expect(badRows(result)).toHaveLength(20);
  });

  test("one bad row among good ones, with the demo still there", async () => {
    const { database, file, run } = setUp();
    upsertItems(
      database,
      [{ id: "d", title: "Demo", kind: "movie", genres: [], teams: [], takenDown: false }],
      "demo",
      1,
    );
    const result = await run({
      itemsPath: file("items.csv", ITEMS),
      interactionsPath: file("interactions.csv", "user,item\nu1,a\nu1,d\n"),
    });
    // A demo item goes with the import, so an interaction cannot refer to it.
    expect(badRows(result)).toEqual([
      'interactions.csv:3: item: no item "d" in the items file or the catalogue',
    ]);
    expect(contents(database)).toEqual({ items: ["d"], histories: {} });
  });
});

describe("numbers and times of JSON", () => {
  test("ids beyond 2^53 stay apart, users' and items'", async () => {
    const { database, file, run } = setUp();
    const [one, two] = ["9007199254740992", "9007199254740993"];
    const items = `{"id":${one},"title":"A"}\n{"id":${two},"title":"B"}\n`;
    const rows = `{"user":${two},"item":${one}}\n{"user":${one},"item":${two}}\n`;
    await run({ itemsPath: file("items.jsonl", items), interactionsPath: file("i.jsonl", rows) });
    expect(contents(database)).toEqual({
      items: [one, two],
      histories: { [one]: { [two]: [1, 0] }, [two]: { [one]: [1, 0] } },
    });
  });

  test("an id that is no whole number is refused with its line", async () => {
    const { file, run } = setUp();
    const itemsPath = file("items.jsonl", '{"id":1,"title":"A"}\n{"id":1.5,"title":"B"}\n');
    const rows = '{"user":1e300,"item":1}\n{"user":{},"item":1}\n';
    const result = await run({ itemsPath, interactionsPath: file("i.jsonl", rows) });
    expect(badRows(result)).toEqual([
      "items.jsonl:2: id: 1.5 is not a whole number; write the id as a text",
      "i.jsonl:1: user: 1e+300 is not a whole number; write the id as a text",
      "i.jsonl:2: user: must be a text or a whole number",
    ]);
  });

  test.each(["null", "undefined", "NaN", "[object Object]"])("%s is nobody", async (user) => {
    const { file, run } = setUp();
    const interactionsPath = file("i.csv", `user,item\n${user},a\n`);
    expect(badRows(await run({ itemsPath: file("items.csv", ITEMS), interactionsPath }))).toEqual([
      `i.csv:2: user: "${user}" is a word for nobody`,
    ]);
  });

  test("one moment in all its forms, in interactions and in the catalogue", async () => {
    const { database, file, run } = setUp();
    const times = [
      '"2026-09-15T04:13:45+02"',
      '"2026-09-15 02:13:45 UTC"',
      "1789438425",
      "1789438425000",
      "1789438425000000",
      "1789438425000000000",
    ];
    const items = times.map((time, at) => `{"id":"i${at}","title":"T","availableFrom":${time}}\n`);
    const rows = times.map((time, at) => `{"user":"u","item":"i${at}","time":${time}}\n`);
    await run(
      { itemsPath: file("items.jsonl", items.join("")), interactionsPath: file("i.jsonl", rows.join("")) },
      Date.parse("2026-09-16T00:00:00Z"),
    );
    const at = Date.parse("2026-09-15T02:13:45Z");
    expect(contents(database).histories).toEqual({
      u: Object.fromEntries(times.map((_, number) => [`i${number}`, [1, at]])),
    });
    for (const [number] of times.entries()) {
      expect(itemById(database, `i${number}`)?.item.availableFrom).toBe("2026-09-15T02:13:45.000Z");
    }
  });
});

describe("merges", () => {
  test("a pair told twice is one: the greater weight, the later time", async () => {
    const { database, file, run } = setUp();
    const result = await run({
      itemsPath: file("items.csv", `${ITEMS}c,Gamma,\n`),
      interactionsPath: file(
        "i.csv",
        "user,item,weight,time\nu,a,0.5,1700002000\nu,a,1,1700001000\nu,b,1,\nu,c,1,0\n",
      ),
    });
    expect(result).toMatchObject({ interactions: 3, mergedInteractions: 1 });
    expect(contents(database).histories).toEqual({
      u: { a: [1, 1_700_002_000_000], b: [1, 0], c: [1, 0] },
    });
  });

  test("what events had told of a user stays", async () => {
    const { database, file, run } = setUp();
    await run({ itemsPath: file("items.csv", ITEMS) });
    const seq = itemById(database, "a")?.seq ?? 0;
    const history = packHistory([{ item: seq, weight: 0.3, timeMs: 1_700_009_000_000 }]);
    const signals = '{"team":"ESP"}';
    putProfiles(database, [
      { user: "u", history, signals, visits: 4, source: "events", updatedMs: 1_700_009_000_000 },
    ]);
    const request = { interactionsPath: file("i.csv", "user,item,time\nu,a,1700001000\nu,b,1700002000\n") };
    await run(request);
    expect(contents(database).histories).toEqual({
      u: { a: [1, 1_700_009_000_000], b: [1, 1_700_002_000_000] },
    });
    expect(profileOf(database, "u")).toMatchObject({ signals, visits: 4, updatedMs: 1_700_009_000_000 });
    const before = contents(database);
    await run(request);
    expect(contents(database)).toEqual(before);
  });

  test("a history that is too long keeps the newest, and says so", async () => {
    const { database, file, run } = setUp();
    const ids = Array.from({ length: 1100 }, (_, at) => `i${at}`);
    const result = await run({
      itemsPath: file("items.csv", `id,title\n${ids.map((id) => `${id},T`).join("\n")}\n`),
      interactionsPath: file(
        "i.csv",
        `user,item,time\n${ids.map((id, at) => `u,${id},${1_700_001_000 + at}`).join("\n")}\n`,
      ),
    });
    expect(result.notices).toEqual(["1 user has more than 1000 items: the newest were kept"]);
    const kept = unpackHistory(profileOf(database, "u")?.history ?? Buffer.alloc(0));
    expect(kept).toHaveLength(1000);
    expect(Math.min(...kept.map(({ timeMs }) => timeMs))).toBe(1_700_001_100_000);
  });
});

function withDemo(): Setup {
  const setup = setUp();
  const { database } = setup;
  const base = { kind: "movie" as const, genres: [], teams: [], takenDown: false };
  upsertItems(database, [{ ...base, id: "d", title: "Demo" }], "demo", 1);
  upsertItems(database, [{ ...base, id: "own", title: "Own" }], "api", 1);
  const history = packHistory([{ item: 1, weight: 1, timeMs: 0 }]);
  putProfiles(database, [{ user: "du", history, signals: null, visits: 1, source: "demo", updatedMs: 0 }]);
  insertEvents(database, [{ id: "e", type: "play", item: "d", user: "du", timeMs: 1 }], 1);
  putDocument(database, "clock", { offsetMs: 5 }, 1);
  const pin = { contexts: ["homepage"] };
  putPins(
    database,
    [
      { ...pin, id: "gone", items: ["d"] },
      { ...pin, id: "half", items: ["d", "own"] },
      { ...pin, id: "whole", items: ["own"] },
    ],
    1,
  );
  return setup;
}

describe("the demo", () => {
  test("goes with the first import: items, users, events, clock and pins", async () => {
    const { database, file, run } = withDemo();
    const result = await run({ itemsPath: file("items.csv", ITEMS) });
    expect(result).toMatchObject({ ok: true, removedDemo: { items: 1, users: 1, events: 1 } });
    expect(result.notices).toEqual([
      "the pin gone was dropped: its items went with the demo",
      "the pin half lost the items that went with the demo",
    ]);
    expect(contents(database)).toEqual({ items: ["own", "a", "b"], histories: {} });
    expect(lastEventSeq(database)).toBe(0);
    expect(getDocument(database, "clock", (value) => value)).toBeUndefined();
    expect(getPins(database).value.map(({ id, items }) => [id, items])).toEqual([
      ["half", ["own"]],
      ["whole", ["own"]],
    ]);
  });

  test("stays when it is asked to", async () => {
    const { database, file, run } = withDemo();
    const interactionsPath = file("i.csv", "user,item\ndu,a\nu,d\n");
    const result = await run({ itemsPath: file("items.csv", ITEMS), interactionsPath, keepDemo: true });
    expect(result).toMatchObject({ ok: true, removedDemo: { items: 0, users: 0, events: 0 }, notices: [] });
    expect(contents(database).items).toEqual(["d", "own", "a", "b"]);
    expect(contents(database).histories).toEqual({ du: { a: [1, 0], d: [1, 0] }, u: { d: [1, 0] } });
    expect(countProfiles(database)).toBe(2);
    expect(getPins(database).version).toBe(1);
  });
});
