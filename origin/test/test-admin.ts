/** For tests: the admin routes over a real database, with what they call recorded. */
import { readFileSync } from "node:fs";
import { vi } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { catalogueRoutes } from "../src/http/catalogue.ts";
import { draftRoutes } from "../src/http/editorial-drafts.ts";
import { previewRoutes } from "../src/http/editorial-preview.ts";
import { editorialRoutes } from "../src/http/editorial.ts";
import { healthRoutes, type HealthDeps } from "../src/http/health.ts";
import { auditRoutes } from "../src/http/operators/audit.ts";
import { sessionRoutes } from "../src/http/operators/session.ts";
import { tokenRoutes } from "../src/http/operators/tokens.ts";
import { rolloutRoutes } from "../src/http/rollout.ts";
import { createIsolateVersions } from "../src/rollout/isolate-versions.ts";
import { testRollouts } from "./test-rollouts.ts";
import { routingRoutes } from "../src/http/routing.ts";
import { ADMIN_TOKEN, testOperators } from "./test-operators.ts";

export const NOW_MS = Date.parse("2027-01-15T12:00:00Z");
const CONTENT_NOW_MS = Date.parse("2026-07-10T20:00:00Z");
const authorization = `Bearer ${ADMIN_TOKEN}`;
export const TOML = readFileSync(new URL("../../edge/routing.toml", import.meta.url), "utf8");

export function item(id: string, fields: Partial<Item> = {}): Item {
  return { id, title: `Title ${id}`, kind: "movie", genres: [], teams: [], takenDown: false, ...fields };
}

const capacity = () => ({ instances: 1, maxInFlight: 64, answerMs: 6 });

export function setUp() {
  const database = openForTest();
  const clocks = { nowMs: () => NOW_MS, contentNowMs: () => CONTENT_NOW_MS };
  const onEditorialChange = vi.fn<() => void>();
  const onCatalogueChange = vi.fn<(ids: readonly string[]) => void>();
  const onRouting = vi.fn<(routing: PublishedRouting) => Promise<{ published: boolean; reason?: string }>>();
  onRouting.mockResolvedValue({ published: true });
  const cycle = vi.fn<HealthDeps["cycle"]>();
  const { operatorStore, consoleSessions, around } = testOperators(database, clocks.nowMs);
  const rollouts = testRollouts(operatorStore, clocks.nowMs);
  const isolateVersions = createIsolateVersions();
  const shared = { database, operatorStore, rollouts, isolateVersions, ...clocks };
  const editorialDeps = { ...shared, onEditorialChange };
  const editorial = around(
    editorialRoutes(editorialDeps),
    draftRoutes(editorialDeps),
    previewRoutes(editorialDeps),
  );
  const catalogue = around(catalogueRoutes({ ...shared, onCatalogueChange }));
  const routing = around(routingRoutes({ ...shared, capacity, onRouting }), rolloutRoutes(shared));
  const operators = around(sessionRoutes({ consoleSessions }), tokenRoutes(shared), auditRoutes(shared));
  const health = healthRoutes({ ...shared, cycle });
  return {
    database,
    operatorStore,
    operators,
    consoleSessions,
    editorial,
    catalogue,
    routing,
    rollouts,
    isolateVersions,
    health,
    cycle,
    onEditorialChange,
    onCatalogueChange,
    onRouting,
  };
}

export function admin(method: string, body?: unknown, type = "application/json"): RequestInit {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method,
    headers: { authorization, ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body: text }),
  };
}
