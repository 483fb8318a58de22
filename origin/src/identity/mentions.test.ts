import { expect, test } from "vitest";
import { mentionTest } from "./mentions.ts";

const VISITOR = "v_0b5f1c3e-8f0a-4b7e-9d2c-1a2b3c4d5e6f";

test.each<[string, string]>([
  ["u1", '{"user":"u1"}'],
  ["u1", '"u1"'],
  ["u1", '{"u1":{"plays":3}}'],
  ["u1", '{"a":[{"b":[[{"c":"u1"}]]}]}'],
  ["u1", String.raw`{"user":"\u00751"}`],
  ["u1", String.raw`{"user":"\u0075\u0031"}`],
  ["ü/1", String.raw`{"user":"\u00FC\/1"}`],
  ['a"b\\c', JSON.stringify({ user: 'a"b\\c' })],
  ["夏 祭り", JSON.stringify({ user: "夏 祭り" })],
  ["😀", String.raw`{"user":"\ud83d\ude00"}`],
  ["123", '{"user":123}'],
  ["123", '{"user":"123"}'],
  ["123", "[1,123 ,4]"],
  ["12345678901234567890", '{"user":12345678901234567890}'],
  ["u1", JSON.stringify(JSON.stringify({ user: "u1" }))],
  ["u1", JSON.stringify({ body: JSON.stringify({ events: [{ user: "u1" }] }) })],
  ["u1", JSON.stringify(JSON.stringify(JSON.stringify({ user: "u1" })))],
  ["u1", '{"events":[{"user":"u1","item":'],
  ["u1", '{"events":[{"user":"u1'],
  ["u1", JSON.stringify('{"events":[{"user":"u1","it')],
  ["u1", "{user:'u1'}"],
  ["u1", JSON.stringify("user=u1&item=i7")],
  ["u1", JSON.stringify("GET /events?user=u1 HTTP/1.1")],
  ["u1", JSON.stringify("2026-07-10,u1,play,i7\n")],
  ["a b", JSON.stringify("user=a%20b&item=i7")],
  ["u1", "u1"],
  ["u1", JSON.stringify({ user: "u1", note: '"' })],
  [VISITOR, JSON.stringify({ user: VISITOR })],
  [VISITOR, JSON.stringify({ cookie: VISITOR.slice(2) })],
])("%s is named by %s", (id, text) => {
  expect(mentionTest(["nobody", id])(text)).toBe(true);
});

test.each<[string, string]>([
  ["u1", '{"user":"u11"}'],
  ["u1", '{"user":"au1"}'],
  ["u1", '{"user":"u1 "}'],
  ["u1", '{"user":"U1"}'],
  ["u1", '{"u1x":1,"xu1":2}'],
  ["u1", '{"user":"u-1","other":"u1.5"}'],
  ["u1", JSON.stringify({ title: "ask u1 now" })],
  ["u1", JSON.stringify({ title: "best of [2024], u1" })],
  ["u1", JSON.stringify("user=u11&item=u1.m3u8")],
  ["u1", JSON.stringify('{"events":[{"user":"u11')],
  ["u1", String.raw`{"user":"\u00751\u0031"}`],
  ["u1", String.raw`{"user":"\\u00751"}`],
  ["12", '{"user":123,"at":1.12,"to":112}'],
  ["1", '{"user":"u1","position":10}'],
  ["u1", ""],
])("%s is not named by %s", (id, text) => {
  expect(mentionTest(["nobody", id])(text)).toBe(false);
});

test("a long letter takes no longer than it is long", () => {
  const isMentioned = mentionTest(["u1"]);
  for (const text of ['"'.repeat(128_000), "\\".repeat(128_000), '"\\'.repeat(64_000), "[".repeat(128_000)])
    expect(isMentioned(text)).toBe(false);
});
