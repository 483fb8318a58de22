import { describe, expect, test } from "vitest";
import { readConfig } from "../env.ts";
import { createFailures } from "../failures.ts";
import { testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";
import { lookForOrigin } from "./look.ts";
import { createOriginCall, type OriginRequest } from "./origin-call.ts";

/** As edge/test/scripted-origin.ts names it. */
const SECOND_INSTANCE = "second-start";

const HOMEPAGE = { method: "GET", path: "/recommendations?user=u1&context=homepage", headers: {} } as const;
const EVENTS = {
  method: "POST",
  path: "/events",
  headers: { "content-type": "application/json" },
  body: '{"events":[]}',
} as const;

function setUp(behaviour: OriginBehaviour) {
  const { bindings, requests } = testEdge(behaviour);
  const failures = createFailures(() => undefined);
  const call = createOriginCall(readConfig(bindings).origin, failures);
  const ask = (request: Partial<OriginRequest> = {}, deadlineMs = 10_000) =>
    call({ ...HOMEPAGE, ...request, deadlineMs, nowMs: Date.now() });
  const instances = async () => (await requests()).map(({ headers }) => headers["spillway-instance"]);
  return { call, ask, instances, failures };
}

describe("an origin that has started anew", () => {
  test.each([HOMEPAGE, EVENTS])("costs one more trip, once: $path", async (request) => {
    const { ask, instances, failures } = setUp("restarted");
    for (let calls = 0; calls < 3; calls += 1) expect(await ask(request)).toMatchObject({ kind: "reply" });
    expect(await instances()).toEqual([undefined, SECOND_INSTANCE, SECOND_INSTANCE, SECOND_INSTANCE]);
    expect(failures.counts()["origin-error"]).toBe(0);
  });

  test("costs no trip where KV has named it", async () => {
    const { ask, instances } = setUp("restarted");
    expect(await ask({ instance: SECOND_INSTANCE })).toMatchObject({ kind: "reply", status: 200 });
    expect(await instances()).toEqual([SECOND_INSTANCE]);
  });

  test("is believed over KV, which is late", async () => {
    const { ask, instances } = setUp("restarted");
    for (let calls = 0; calls < 2; calls += 1) {
      expect(await ask({ instance: "first-start" })).toMatchObject({ kind: "reply" });
    }
    expect(await instances()).toEqual(["first-start", SECOND_INSTANCE, SECOND_INSTANCE]);
  });

  test("that names another process each time is asked twice and no more", async () => {
    const { ask, instances, failures } = setUp("confused");
    expect(await ask()).toEqual({ kind: "none", reason: "origin-error" });
    expect(await instances()).toHaveLength(2);
    expect(failures.lastDetails()["origin-error"]).toBe(
      "/recommendations: the origin does not take the signature",
    );
  });
});

describe("a reply", () => {
  test.each(["unproven", "forged", "other-credit", "other-body"] as const)(
    "that is %s is none",
    async (behaviour) => {
      expect(await setUp(behaviour).ask()).toEqual({ kind: "none", reason: "origin-error" });
    },
  );

  test("without an end is read up to a limit, and is none", async () => {
    expect(await setUp("endless-body").ask({}, 60_000)).toEqual({ kind: "none", reason: "origin-error" });
  });

  test("gives the signed headers alone, and what the origin says of its time", async () => {
    const reply = await setUp("ok").ask();
    expect(reply).toMatchObject({ kind: "reply", status: 200, originMs: 1.25 });
    const names = reply.kind === "reply" ? [...reply.headers.keys()] : [];
    expect(names.toSorted()).toEqual([
      "content-type",
      "etag",
      "spillway-now",
      "spillway-served",
      "spillway-viewer",
    ]);
  });
});

test.each([
  ["ok", true],
  ["restarted", true],
  ["unproven", false],
  ["forged", false],
  ["error", false],
  ["down", false],
] as const)("the watch takes an origin that is %s for the origin: %s", async (behaviour, expected) => {
  expect(await lookForOrigin(setUp(behaviour).call, Date.now())).toBe(expected);
});
