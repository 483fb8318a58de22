import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { armOf } from "@spillway/shared/routing/rollout/rollout.ts";
import { putIndex, putPage, SOCIAL, testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

const BANDS = [{ name: "all day", from: "00:00", threshold_per_s: 100 }];
const CURRENT = { time_zone: "UTC", deadline_ms: 10_000, bands: BANDS };
/** Everybody gets the generic page, and all else is changed that a stage does not change. */
const CANDIDATE = {
  ...CURRENT,
  bands: [{ name: "zero", from: "00:00", threshold_per_s: 0 }],
  mode: "force-cluster",
  holdout: { share: 1 },
  tailoring: { history: "off" },
  rules: [{ when: { team: ["*", "none"] }, then: "generic" }],
};

async function putRollout(holdsFromMs: number, candidate: object = CANDIDATE): Promise<void> {
  const stages = [{ share: 0.25, holdsFromMs }];
  const rollout = { id: "r13", candidate: { version: 13, routing: candidate }, stages };
  await env.PAGES.put("routing", JSON.stringify({ version: 12, routing: CURRENT, rollout }));
}

async function isolate(behaviour: OriginBehaviour) {
  await putIndex();
  await putPage("generic");
  await putPage("esp.social");
  const { edge, bindings, requests, health } = testEdge(behaviour);
  return {
    requests,
    health,
    served: async (user: string): Promise<string> => {
      const url = `http://edge.example/recommendations?context=homepage&user=${user}`;
      const request = new Request(url, { headers: SOCIAL });
      // Nothing waits for the work behind the response, which is the asking.
      const response = await edge.app.fetch(request, bindings, createExecutionContext());
      return response.headers.get("spillway-served") ?? "";
    },
  };
}

const USERS = Array.from({ length: 40 }, (_, at) => `u${at}`);
const isCandidate = (user: string): boolean => armOf("r13", user, 0.25) === "candidate";
const [INSIDE = "", OUTSIDE = ""] = [USERS.find(isCandidate), USERS.find((user) => !isCandidate(user))];

test("a visitor of the candidate's arm gets what its rules say, and everything else is the current version's", async () => {
  await putRollout(Date.now() - 1000);
  const { served, requests } = await isolate("ok");
  for (const user of USERS) {
    expect(await served(user)).toMatch(isCandidate(user) ? /^generic;reason=rule;/ : /^individual;/);
  }
  const asked = (await requests()).filter(({ url }) => url.includes("/recommendations"));
  expect(asked).toHaveLength(USERS.filter((user) => !isCandidate(user)).length);
  expect(asked[0]?.headers["spillway-demand"]).toMatch(/;version=12;candidate=13$/);
});

test("a stage that holds later changes nothing yet", async () => {
  await putRollout(Date.now() + 60_000);
  const { served, requests } = await isolate("ok");
  expect(await served(INSIDE)).toMatch(/^individual;/);
  expect((await requests())[0]?.headers["spillway-demand"]).toMatch(/;version=12$/);
});

test("an aborted rollout ends with the reply that says so", async () => {
  await putRollout(Date.now() - 1000);
  const { served } = await isolate("aborted");
  expect(await served(INSIDE)).toMatch(/^generic;reason=rule/);
  expect(await served(OUTSIDE)).toMatch(/^individual;/);
  expect(await served(INSIDE)).toMatch(/^individual;/);
});

test("a document whose candidate is not valid is refused as a whole, and said so", async () => {
  await putRollout(Date.now() - 1000, { ...CANDIDATE, time_zone: "Mars" });
  const { served, health } = await isolate("ok");
  expect(await served(INSIDE)).toMatch(/^individual;/);
  expect(JSON.stringify(await health())).toContain("rollout.candidate.routing.time_zone");
});
