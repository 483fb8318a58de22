/** The serving log's consumer: reports to the origin, each acknowledged only after it is stored there. */
import type { PackedServingReport } from "@spillway/shared/serving-log.ts";
import { retryDelayS } from "./event-consumer.ts";
import type { Failures } from "./failures.ts";
import type { OriginCall } from "./origin-call.ts";

export type ServingConsumerDeps = {
  readonly callOrigin: OriginCall;
  readonly failures: Failures;
  readonly retryBaseS: number;
  readonly retryCapS: number;
  readonly deadlineMs: number;
  readonly clock: () => number;
};

export type ServingConsumer = (messages: readonly Message<PackedServingReport>[]) => Promise<void>;

/** A report that the origin calls invalid is dropped and counted: the isolate's running totals show that it is missing. */
export function createServingConsumer(deps: ServingConsumerDeps): ServingConsumer {
  const { callOrigin, failures, retryBaseS, retryCapS, deadlineMs, clock } = deps;
  return async (messages) => {
    const reply = await callOrigin({
      purpose: "events",
      method: "POST",
      path: "/serving-log",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ reports: messages.map(({ body }) => body) }),
      deadlineMs,
      nowMs: clock(),
    });
    if (reply.kind === "reply" && reply.status === 202) {
      for (const message of messages) message.ack();
      return;
    }
    if (reply.kind === "reply") failures.count("serving-log", `the origin answered ${reply.status}`);
    for (const message of messages)
      message.retry({ delaySeconds: retryDelayS(message.attempts, retryBaseS, retryCapS) });
  };
}
