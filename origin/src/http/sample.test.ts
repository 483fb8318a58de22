import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { beforeEach, expect, test } from "vitest";
import { formatTuple, type DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Database } from "@spillway/store/database.ts";
import type { SampleDay } from "@spillway/store/operators/sample-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { admin, NOW_MS } from "../../test/test-admin.ts";
import { testOperators } from "../../test/test-operators.ts";
import { sampleRoutes } from "./sample.ts";

const DAY = 20_644;
const DAY_NAME = "2026-07-10";

let database: Database;

beforeEach(() => {
  database = openForTest();
});

function tuple(minute: number, weight = 2): DecisionTuple {
  return tupleWith({ team: "ESP" }, { minute: DAY * 1440 + minute, known: true, weight });
}

async function ask(path: string, init: RequestInit = admin("GET")): Promise<Response> {
  const { operatorStore, around } = testOperators(database, () => NOW_MS);
  return around(sampleRoutes({ operatorStore, nowMs: () => NOW_MS })).request(path, init);
}

function posting(text: string): RequestInit {
  const { headers } = admin("POST");
  return {
    method: "POST",
    headers: { ...(headers as object), "content-type": "application/jsonl" },
    body: text,
  };
}

test("gives out what it took in, by time, to who has a token", async () => {
  const lines = [tuple(0), tuple(700), tuple(1440)].map(formatTuple);
  const taken = await ask("/sample", posting(`${lines.join("\n")}\n`));
  expect(taken.status).toBe(201);
  expect(await taken.json()).toMatchObject({
    days: [
      { day: DAY_NAME, source: "imported", tuples: 2, weight: 4 },
      { day: "2026-07-11", tuples: 1, weight: 2 },
    ],
  });
  const all = await ask("/sample");
  expect(all.headers.get("content-type")).toBe("application/jsonl");
  expect((await all.text()).trim().split("\n")).toEqual(lines);
  const some = await ask(`/sample?from=${DAY_NAME}T11:00Z&until=2026-07-11`);
  expect((await some.text()).trim()).toBe(lines[1]);
  expect(await (await ask("/sample/days")).json()).toMatchObject({
    days: [{ day: DAY_NAME, complete: true }, {}],
  });
  expect((await ask("/sample", { method: "GET" })).status).toBe(401);
  const { operatorStore } = testOperators(database, () => NOW_MS);
  expect(await operatorStore.audit.list({ limit: 1 })).toMatchObject([
    {
      action: "sample.import",
      by: "admin",
      after: [
        { day: DAY_NAME, tuples: 2 },
        { day: "2026-07-11", tuples: 1 },
      ],
    },
  ]);
});

test.each([
  ["a bad line", `${formatTuple(tuple(1))}\n{"user":"anna"}\n`, "line:2: "],
  ["nothing", "\n", "there is no tuple"],
])("takes in all or nothing: %s", async (_, text, detail) => {
  const answer = await ask("/sample", posting(text));
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { detail: string }).detail).toContain(detail);
  expect(await (await ask("/sample")).text()).toBe("");
});

test("does not replace what this origin has recorded", async () => {
  const { operatorStore } = testOperators(database, () => NOW_MS);
  const figures = { tuples: 1, weight: 9, withheld: 0, complete: true, storedMs: NOW_MS };
  const about: SampleDay = { day: DAY, source: "recorded", ...figures };
  await operatorStore.samples.put([{ about, tuples: [tuple(5, 9)] }]);
  const answer = await ask("/sample", posting([tuple(1), tuple(1441)].map(formatTuple).join("\n")));
  expect(answer.status).toBe(409);
  expect(((await answer.json()) as { detail: string }).detail).toContain(DAY_NAME);
  expect((await (await ask("/sample")).text()).trim()).toBe(formatTuple(tuple(5, 9)));
});

test("names what is wrong with a range", async () => {
  const answer = await ask("/sample?from=yesterday");
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ key: "from" }] });
});
