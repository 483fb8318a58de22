/** The last step asks the deployed edge for its health and for a page. */
import * as z from "zod/mini";
import { parsePage } from "@spillway/shared/protocol/page.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { StepFailed } from "./step.ts";

const POLL_MS = 1000;
const DEADLINE_MS = 10_000;

const healthSchema = z.object({
  problems: z.array(z.object({ key: z.string(), reason: z.string() })),
  clusterIndex: z.object({ generation: z.nullable(z.number()) }),
});

type Health = z.output<typeof healthSchema>;

/** Waits at most `waitMs` until the edge has read a cluster index from KV. */
export async function verifyEdge(edgeUrl: string, waitMs: number): Promise<void> {
  const health = await waitForIndex(edgeUrl, performance.now() + waitMs);
  console.log(`  GET ${edgeUrl}/health: generation ${health.clusterIndex.generation}, no problems`);
  const pageUrl = `${edgeUrl}/recommendations?context=homepage`;
  const response = await fetch(pageUrl, { signal: AbortSignal.timeout(DEADLINE_MS) });
  const page = parsePage(await response.text());
  const served = response.headers.get(HEADER.served);
  if (!response.ok || page === undefined || served === null) {
    throw new StepFailed(
      `GET ${pageUrl} answered ${response.status} without a page`,
      "Look at `wrangler tail`.",
    );
  }
  console.log(`  GET ${pageUrl}: ${served}`);
}

async function waitForIndex(edgeUrl: string, untilMs: number): Promise<Health> {
  for (;;) {
    const health = await readHealth(edgeUrl);
    const isReady = typeof health === "object" && health.clusterIndex.generation !== null;
    if (isReady && health.problems.length === 0) return health;
    if (performance.now() > untilMs) throw notReady(edgeUrl, health);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function notReady(edgeUrl: string, health: Health | string): StepFailed {
  if (typeof health === "string") {
    return new StepFailed(
      `GET ${edgeUrl}/health: ${health}`,
      "A new workers.dev address takes some minutes. If the edge has another address, name it: --edge-url https://…",
    );
  }
  const problems = health.problems.map(({ key, reason }) => `${key}: ${reason}`).join("\n");
  return new StepFailed(
    `the edge is not ready:\n${problems}`,
    "If the index is missing, the origin has not published to this namespace yet. Start it with the variables above.",
  );
}

/** Returns the reason as a text when there is no valid answer. */
async function readHealth(edgeUrl: string): Promise<Health | string> {
  try {
    const response = await fetch(`${edgeUrl}/health`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) return `status ${response.status}`;
    return healthSchema.parse(await response.json());
  } catch (error) {
    return error instanceof Error
      ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`.trim()
      : String(error);
  }
}
