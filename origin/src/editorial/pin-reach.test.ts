import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { expect, test } from "vitest";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { createReachReader, pinReaches } from "./pin-reach.ts";

function tuple(...[signals, change]: Parameters<typeof tupleWith>): DecisionTuple {
  return tupleWith(signals, { minute: 0, weight: 10, ...change });
}

async function reachOf(pin: object, tuples: readonly DecisionTuple[]) {
  const { pins } = pinsSchema.parse({ pins: [{ id: "p", items: ["a"], ...pin }] });
  return (await pinReaches(pins, tuples)).get("p");
}

test("is the weighted share of the requests for the pin's contexts", async () => {
  const tuples = [
    tuple({ team: "ESP" }, { weight: 30 }),
    tuple({ team: "BEL" }),
    tuple({ team: "ESP" }, { context: "live", weight: 1000 }),
  ];
  const expected = { kind: "estimate", share: 0.75, untold: 0, requests: 40 };
  expect(await reachOf({ when: { team: "ESP" } }, tuples)).toEqual(expected);
  expect(await reachOf({}, tuples)).toMatchObject({ share: 1, requests: 40 });
});

test("says of which share the sample can't tell, only where the condition asks for what is folded", async () => {
  const folded = tuple({ campaign: "other" }, { folded: ["campaign"] });
  const tuples = [tuple({ campaign: "qf-esp" }), folded];
  expect(await reachOf({ when: { campaign: "qf-*" } }, tuples)).toMatchObject({ share: 0.5, untold: 0.5 });
  expect(await reachOf({ when: { team: "ESP" } }, tuples)).toMatchObject({ share: 0, untold: 0 });
});

test("is unknown where the sample has no request for its contexts", async () => {
  expect(await reachOf({ contexts: ["kids"] }, [tuple({})])).toEqual({
    kind: "unknown",
    reason: "the sample has no request for kids",
  });
});

test("reads more tuples than it does at once", async () => {
  const tuples = Array.from({ length: 10_000 }, (_, at) => tuple({ team: at % 4 === 0 ? "ESP" : "BEL" }));
  expect(await reachOf({ when: { team: "ESP" } }, tuples)).toMatchObject({ share: 0.25, requests: 100_000 });
});

test("is read from the sample of the last days, and unknown where there is none", async () => {
  const { samples } = sqliteOperatorStore(openForTest());
  const { pins } = pinsSchema.parse({ pins: [{ id: "p", items: ["a"], when: { team: "ESP" } }] });
  const nowMs = Date.parse("2026-07-10T20:00:00Z");
  expect(await createReachReader(samples)(pins, nowMs)).toEqual({
    p: { kind: "unknown", reason: "there is no sample" },
  });
  const minute = Math.floor(nowMs / 60_000) - 60;
  const day = Math.floor(minute / 1440);
  const about = {
    day,
    source: "recorded",
    tuples: 2,
    weight: 20,
    withheld: 0,
    complete: false,
    storedMs: nowMs,
  } as const;
  await samples.put([{ about, tuples: [tuple({ team: "ESP" }, { minute }), tuple({}, { minute })] }]);
  const read = createReachReader(samples);
  expect(await read(pins, nowMs)).toMatchObject({ p: { kind: "estimate", share: 0.5, requests: 20 } });
  await samples.put([{ about, tuples: [tuple({ team: "ESP" }, { minute })] }]);
  // It is remembered for five minutes.
  expect(await read(pins, nowMs + 299_999)).toMatchObject({ p: { share: 0.5 } });
  expect(await read(pins, nowMs + 300_000)).toMatchObject({ p: { share: 1 } });
});
