import { Hono } from "hono";
import { expect, test } from "vitest";
import { parametersOf as atEdge } from "@spillway/shared/protocol/parameters.ts";
import { readUser } from "@spillway/shared/protocol/request-query.ts";
import { parametersOf } from "./parameters.ts";

const app = new Hono().get("/", (c) => c.json({ user: readUser(parametersOf(c)) ?? null }));

test.each([
  "?user=u1&user=u2",
  "?user=null&user=u2",
  "?user=u1&amp;user=u2",
  "?user=%E9t%E9",
  "?user=a%2Bb+c",
  "?user=%22u1%22",
  "?user[]=u1",
  "?%75ser=u1",
  "?user=u1#user=u2",
  "?user=%",
  "?user=u1?user=u2",
  "?user=u1;user=u2",
  "?user=%00",
  "?user=",
  "?context=live",
  "??user=u1",
])("%s is about the same user at the origin as at the edge", async (search) => {
  const url = new URL(`http://origin.example/${search}`);
  const response = await app.request(url);
  const expected: unknown = JSON.parse(JSON.stringify(readUser(atEdge(url.search)) ?? null));
  expect(((await response.json()) as { user: unknown }).user).toEqual(expected);
});
