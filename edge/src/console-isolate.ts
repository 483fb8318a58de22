/**
 * `GET /console/isolate`: what this isolate knows, for the console's page while the origin is away. The pass
 * is a session of the console, which the isolate verifies by itself.
 */
import type { ConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { Admit } from "./admission/admission.ts";
import { bearerOf } from "./identity/bearer.ts";
import { refusalResponse } from "./problem-response.ts";
import type { PublishedState } from "./published/published-state.ts";
import type { ServedCounts } from "./metrics/served-counts.ts";

export type ConsoleIsolateDeps = {
  /** Undefined where the edge has no secret: then no pass holds. */
  readonly consoleSessions: Pick<ConsoleSessions, "open"> | undefined;
  readonly isolate: string;
  readonly admission: Pick<Admit, "state">;
  readonly servedCounts: Pick<ServedCounts, "byRung">;
};

export const ISOLATE_PATH = "/console/isolate";

/**
 * The page is the origin's, on another host. Any page may ask: nothing but the pass opens it, which no
 * browser sends by itself.
 */
const CROSS_ORIGIN = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization",
  "access-control-max-age": "7200",
  "cache-control": "no-store",
};

/** Before the page sends the pass, its browser asks whether it may. */
export function isolatePreflight(): Response {
  return new Response(null, { status: 204, headers: CROSS_ORIGIN });
}

export async function isolateResponse(
  { consoleSessions, isolate, admission, servedCounts }: ConsoleIsolateDeps,
  headers: Headers,
  nowMs: number,
  readState: () => Promise<PublishedState> | PublishedState,
): Promise<Response> {
  if ((await consoleSessions?.open(bearerOf(headers), nowMs)) === undefined)
    return refusalResponse(
      { status: 401, key: "authorization", reason: "must be a pass of the console" },
      CROSS_ORIGIN,
    );
  const { clusters, routing } = await readState();
  return Response.json(
    {
      isolate,
      /** Pages since the isolate began, by rung. */
      served: servedCounts.byRung(),
      routing: { version: routing.version, mode: routing.modeAt(nowMs) },
      generation: clusters?.generation ?? null,
      admission: admission.state(),
    },
    { headers: CROSS_ORIGIN },
  );
}
