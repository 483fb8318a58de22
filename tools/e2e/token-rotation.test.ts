/**
 * A new EDGE_TOKEN under load, on real origin processes: each side may change first, and nothing is refused.
 */
import { expect, test } from "vitest";
import { createFailures } from "@spillway/edge/failures.ts";
import { createOriginCall, type OriginCall } from "@spillway/edge/origin/origin-call.ts";
import { createEdgeAuth, type EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { startOrigin, startRecorder, type Recorder } from "./real-origin.ts";

const [FIRST, SECOND, THIRD] = [
  "the-first-token-0123456789",
  "the-second-token-012345678",
  "the-third-token-0123456789",
];
const CALLERS = 8;

function edgeWith({ url }: Recorder, ...tokens: EdgeTokens): OriginCall {
  const origin = { url, auth: createEdgeAuth(...tokens), tokens };
  return createOriginCall(
    origin,
    createFailures(() => undefined),
  );
}

function originWith(token: string, previous = "") {
  return startOrigin({ EDGE_TOKEN: token, EDGE_TOKEN_PREVIOUS: previous });
}

test("edge and origin change tokens one after the other, in either order, and no request is refused", async () => {
  const recorder = await startRecorder();
  let edge = edgeWith(recorder, FIRST);
  recorder.forwardTo((await originWith(FIRST)).url);

  const failed: string[] = [];
  const load = { answered: 0, isOver: false, step: "before" };
  const caller = async (name: number): Promise<void> => {
    for (let at = 0; !load.isOver; at += 1) {
      const during = load.step;
      const event = { id: `${name}-${at}`, type: "play", item: "i1", user: "u1", timeMs: Date.now() };
      const reply = await edge({
        method: "POST",
        path: "/events",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ events: [event] }),
        deadlineMs: 30_000,
        nowMs: Date.now(),
      });
      // 503: events have used up their share of the origin's time.
      if (reply.kind === "reply" && [202, 503].includes(reply.status)) load.answered += 1;
      else failed.push(`${during}: ${reply.kind === "none" ? reply.reason : reply.status}`);
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, name) => caller(name));
  const change = async (next: string, act: () => Promise<void> | void): Promise<void> => {
    await act();
    load.step = next;
    const enough = load.answered + 5 * CALLERS;
    while (load.answered < enough && failed.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const restart = async (token: string, previous?: string): Promise<void> => {
    recorder.forwardTo((await originWith(token, previous)).url);
  };

  await change("the origin has both", () => restart(SECOND, FIRST));
  await change("the edge has both", () => void (edge = edgeWith(recorder, SECOND, FIRST)));
  await change("the origin has ended it", () => restart(SECOND));
  await change("the edge has ended it", () => void (edge = edgeWith(recorder, SECOND)));

  await change("the edge has both, before the origin", () => void (edge = edgeWith(recorder, THIRD, SECOND)));
  await change("the origin has both, after the edge", () => restart(THIRD, SECOND));
  await change("the edge has ended it first", () => void (edge = edgeWith(recorder, THIRD)));
  await change("the origin has ended it last", () => restart(THIRD));
  load.isOver = true;
  await Promise.all(callers);
  expect(failed).toEqual([]);

  // Each new process named itself to the callers who had a request under way; all others were taken at once.
  const refused = recorder.statuses.filter((status) => status === 401).length;
  expect(refused).toBeLessThanOrEqual(9 * CALLERS);
  expect(recorder.statuses.length - refused).toBe(load.answered);

  const late = edgeWith(recorder, FIRST);
  const common = { deadlineMs: 30_000, nowMs: Date.now() };
  expect(await late({ ...common, method: "GET", path: "/health", headers: {} })).toEqual({
    kind: "none",
    reason: "origin-error",
  });
});
