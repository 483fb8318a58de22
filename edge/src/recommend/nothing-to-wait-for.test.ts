/** A page that stands in memory is answered by a value: a promise alone would cost more than the page. */
import { createExecutionContext, reset, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { answerAlways } from "../index.ts";
import type { Bindings } from "../env.ts";
import { putIndex, putPage, putRouting, SOCIAL, testEdge } from "../../test/worker/test-edge.ts";

afterEach(reset);

const COLLECTED = { sendBatch: () => Promise.resolve() } as unknown as Bindings["SERVING_LOG"];
const OVERRIDES: Partial<Bindings> = {
  SERVING_LOG: COLLECTED,
  SERVING_LOG_FLUSH_MS: "1",
  READ_CYCLE_MS: "60000",
};

/** An edge as it is deployed, the origin away, and all that it serves by in memory. */
async function warmEdge(overrides: Partial<Bindings> = {}) {
  await putIndex();
  await putRouting({ holdout: { share: 0.5 } });
  for (const cluster of ["generic", "esp", "bel", "other", "esp.social"]) await putPage(cluster);
  const pin = {
    id: "qf",
    when: { team: "ESP" },
    contexts: ["homepage"],
    items: [{ id: "m", title: "M", kind: "match" }],
  };
  const editorial = { version: 2, clockOffsetMs: 0, pins: [pin], hidden: ["b"] };
  await env.PAGES.put("editorial", JSON.stringify(editorial));
  const listed = [{ hash: "00000000000000ff", expiresMs: 4e12 }];
  await env.PAGES.put("suspects", JSON.stringify(packSuspects(1, listed)));
  const { edge, bindings } = testEdge("down", { ...OVERRIDES, ...overrides });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const context = createExecutionContext();
    const request = new Request(`https://edge.example${path}`, { headers });
    const answer = answerAlways(() => edge, request, bindings, context);
    const response = await answer;
    await waitOnExecutionContext(context);
    return { answer, response };
  };
  // The origin has failed as often as it takes, and every page was read.
  for (let at = 0; at < 4; at += 1) {
    for (const headers of [{}, SOCIAL]) await ask(`/recommendations?user=first-${at}`, headers);
  }
  return ask;
}

test.each<[string, string, Record<string, string>]>([
  ["a user", "/recommendations?user=u42", SOCIAL],
  ["a visitor without an id", "/recommendations", SOCIAL],
  ["a visitor who comes back", "/recommendations", { cookie: "spillway_entry=ad.1" }],
  ["who has the page", "/recommendations?user=u42", { ...SOCIAL, "if-none-match": "*" }],
  ["a query that only the origin could answer", "/recommendations?context=search&q=spain", {}],
  ["an unknown context", "/recommendations?context=nowhere", {}],
])("%s waits for nothing", async (_, path, headers) => {
  const ask = await warmEdge();
  const { answer, response } = await ask(path, headers);
  expect(answer).toBe(response);
});

test("a page for another site, whose headers allow it, waits for nothing", async () => {
  const ask = await warmEdge({ ALLOWED_ORIGINS: "https://app.example.com" });
  const { answer, response } = await ask("/recommendations?user=u42", { origin: "https://app.example.com" });
  expect(answer).toBe(response);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
});

test("the first request of an isolate does", async () => {
  await putIndex();
  const { edge, bindings } = testEdge("down", OVERRIDES);
  const context = createExecutionContext();
  const request = new Request("https://edge.example/recommendations?user=u1");
  const answer = answerAlways(() => edge, request, bindings, context);
  expect(answer).toBeInstanceOf(Promise);
  expect((await answer).status).toBe(200);
  await waitOnExecutionContext(context);
});
