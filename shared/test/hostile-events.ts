/**
 * For tests at edge and origin: events that no honest client sends, as JSON text, and the expected result of
 * each.
 */

export type HostileEvent = {
  readonly name: string;
  /** The JSON of one event. Its id is `h<position in the list>` when it can have one. */
  readonly json: string;
  /** The key that the answer must name; undefined when the event is harmless and accepted. */
  readonly refused: string | undefined;
};

type Case = readonly [name: string, fields: string, refused?: string];

const DEEP = 10_000;
const nested = `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`;
const nestedObjects = `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`;
export const SQL = `x'; DROP TABLE events; --`;
const CRLF = String.raw`x\r\nSet-Cookie: evil=1`;

/** Fields that are appended to a good event. When a key stands twice, JSON takes the last one. */
const CASES: readonly Case[] = [
  ["an unknown item", '"item":"no-such-item"'],
  ["a user of 10 kB", `"user":"${"u".repeat(10_000)}"`, "user"],
  ["an item of 10 kB", `"item":"${"i".repeat(10_000)}"`, "item"],
  ["no user at all", '"user":null', "user"],
  ["a time in the far future", '"time":"2999-01-01T00:00:00Z"', "time"],
  ["milliseconds beyond all dates", '"time":1e308', "time"],
  ["a time before all computers", '"time":"0001-01-01T00:00:00Z"', "time"],
  ["a clock that was never set", '"time":"1970-01-01T00:05:00Z"', "time"],
  ["a time since the page was opened", '"time":12345.6', "time"],
  ["a time before 1970", '"time":-1', "time"],
  ["a day that does not exist", '"time":"2026-02-30T00:00:00Z"', "time"],
  ["a number that JSON makes infinite", '"position":1e400', "position"],
  ["a huge generation", '"generation":1e30', "generation"],
  ["a number of a thousand digits", `"progress":${"9".repeat(1000)}`, "progress"],
  ["arrays in arrays for an item", `"item":${nested}`, "item"],
  ["objects in objects, in a key that nobody knows", `"more":${nestedObjects}`],
  ["a prototype", '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'],
  ["its type in the prototype", '"type":null,"__proto__":{"type":"play"}', "type"],
  ["keys twice", '"item":"i1","item":"i2"'],
  ["SQL in user, item and carousel", `"user":"${SQL}","item":"${SQL}","carousel":"${SQL}"`],
  ["SQL in the cluster", `"cluster":"${SQL}"`, "cluster"],
  ["SQL in the context", `"context":"${SQL}"`, "context"],
  ["SQL in the type", `"type":"${SQL}"`, "type"],
  ["a header in the user", `"user":"${CRLF}"`, "user"],
  ["a header in the item", `"item":"${CRLF}"`, "item"],
  ["a header in the carousel", `"carousel":"${CRLF}"`, "carousel"],
  ["a header in the cluster", `"cluster":"${CRLF}"`, "cluster"],
  ["half of a character", String.raw`"item":"\ud800"`, "item"],
  ["a null byte", String.raw`"user":"a\u0000b"`, "user"],
];

/** Each event has one fault. */
export const HOSTILE_EVENTS: readonly HostileEvent[] = [
  ...CASES.map(([name, fields, refused], at) => ({
    name,
    json: `{"id":"h${at}","type":"play","item":"i1","user":"u1",${fields}}`,
    refused,
  })),
  { name: "arrays in arrays for an event", json: nested, refused: "" },
  { name: "objects in objects for an event", json: nestedObjects, refused: "id" },
  {
    name: "SQL in the id",
    json: `{"id":"${SQL}","type":"play","item":"i1","user":"u1"}`,
    refused: undefined,
  },
  { name: "no event", json: "null", refused: "" },
];
