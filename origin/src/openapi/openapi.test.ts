import { formatTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, onTestFinished, test } from "vitest";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { DryRun } from "@spillway/simulation/dry-run/dry-run.ts";
import { dryRouting } from "@spillway/simulation/dry-run/dry-routing.ts";
import type { BackgroundAnswer } from "../background/messages.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { closed, violations, type Validate } from "@spillway/shared/openapi/conformance.ts";
import { mayActAs, ROLES } from "@spillway/shared/operators/role.ts";
import { packServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { readRehearsal } from "@spillway/simulation/rehearsal/parameters.ts";
import { createApp } from "../app.ts";
import type { StartedRehearsal } from "../rehearsals/messages.ts";
import type { MadeReport } from "../reports/messages.ts";
import { createLog } from "../monitoring/log.ts";
import { createNow } from "../monitoring/now/now.ts";
import { createRuleHits } from "../monitoring/now/history/rule-hits.ts";
import { createStoredReader } from "../monitoring/now/read-stored.ts";
import { createPageAge } from "../monitoring/page-age.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { EDGE_TOKEN, signatureDeps, signedHeaders } from "../../test/test-edge.ts";
import { openRecommender, seedTwoCamps } from "../../test/test-recommender.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { createRoutingGate } from "../serving/gate/routing-gate.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { disableBusyWaiting } from "@spillway/store/write-queue.ts";
import { ORIGIN_DOCUMENT } from "./document.ts";
import { createIsolateVersions } from "../rollout/isolate-versions.ts";
import { testRollouts } from "../../test/test-rollouts.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const ADMIN_TOKEN = "admin-token-0123456789";
const DOCUMENT = closed(ORIGIN_DOCUMENT);

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema(DOCUMENT, "openapi");

const validate: Validate = (schema, value) => {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
  const check = ajv.compile(JSON.parse(text) as object);
  check(value);
  return (check.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath}: ${message}`);
};

/** `busy`: no time is left for events. */
async function openOrigin({ threshold = 1000, busy = false } = {}) {
  const database = openForTest();
  await seedTwoCamps(database, NOW_MS);
  const metrics = createMetrics();
  const servingLog = openServingLog(temporaryPath());
  onTestFinished(servingLog.close);
  disableBusyWaiting(database);
  disableBusyWaiting(servingLog);
  const figures = { tuples: 0, weight: 0, withheld: 0, complete: true, storedMs: NOW_MS };
  const about = { day: RECORDED_DAY, source: "recorded", ...figures } as const;
  await sqliteOperatorStore(database).samples.put([{ about, tuples: [] }]);
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: threshold }];
  const routing = { time_zone: "UTC", mode: "auto" as const, deadline_ms: 250, bands, rules: [] };
  const clocks = { wallMs: () => NOW_MS, monotonicMs: () => 0 };
  const limits = { draw: () => 0.5, maxInFlight: 10, instances: 1 };
  const isolateVersions = createIsolateVersions();
  const now = createNow({
    nowMs: () => NOW_MS,
    instance: () => "here",
    instances: 1,
    gate: createRoutingGate({ version: 1, routing }, { ...clocks, ...limits }),
    pageAge: createPageAge(120_000),
    isolates: isolateVersions,
    stored: createStoredReader(
      database,
      sqliteOperatorStore(database),
      () => Promise.resolve(undefined),
      () => NOW_MS,
    ),
  });
  return createApp({
    config: {
      host: "127.0.0.1",
      edgeUrl: undefined,
      allowedHosts: [],
      allowedOrigins: [],
      adminToken: ADMIN_TOKEN,
      edgeTokens: [EDGE_TOKEN],
    },
    database,
    operatorStore: sqliteOperatorStore(database),
    consoleSessions: createConsoleSessions(EDGE_TOKEN),
    ...signatureDeps(() => NOW_MS),
    metrics,
    log: createLog("error"),
    isolateVersions,
    gate: now.gate,
    rollouts: testRollouts(sqliteOperatorStore(database), () => NOW_MS),
    eventsBudget: busy ? { isLeft: () => false, spend: (work) => work() } : createTimeBudget(1, () => 0),
    servingLog,
    recommender: openRecommender(database, metrics, NOW_MS).recommender,
    contentNowMs: () => NOW_MS,
    cycle: () => ({ stage: "pages", done: 3, total: 40 }),
    hashUser: createUserHash(EDGE_TOKEN),
    onErasures: () => undefined,
    onDamaged: () => undefined,
    now,
    past: (untilMs) =>
      untilMs < NOW_MS
        ? Promise.resolve({ kind: "unknown", reason: "Nothing is kept of it" })
        : now.read().then((state) => ({ kind: "known", state })),
    ruleHits: createRuleHits(),
    onReport: (report) => now.reported(report, NOW_MS),
    dryRunner: {
      run: ({ routing: tried }) => Promise.resolve(busy ? { kind: "busy" } : dryRunOfNothing(tried)),
    },
    reports: {
      ask: () => Promise.resolve(busy ? { kind: "busy" } : { kind: "done", result: REPORT_OF_NOTHING }),
    },
    rehearsals: { start: () => (busy ? undefined : REHEARSAL), ...REHEARSED },
    onModeOverride: () => Promise.resolve({ published: true }),
    onRouting: () => Promise.resolve({ published: false, reason: "KV is away" }),
    onEditorialChange: () => undefined,
    onCatalogueChange: () => undefined,
  });
}

const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** A body that is sent with other headers than it was signed with would be refused for that. */
const SIGNED: Readonly<Record<string, string>> = { "x-test": "signed by the edge" };
const FORGED = { "signature-input": 'edge=("@method");tag="spillway-edge"', signature: "edge=:AAAA:" };

type Call = readonly [
  method: string,
  path: string,
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
];

const PLAY = { id: "e1", type: "play", item: "drama-1" };
const STORED = { ...PLAY, user: "u1", timeMs: NOW_MS };
const VISITOR = "0a1b2c3d-0000-4000-8000-0123456789ab";
const LINK = { visitor: VISITOR, user: "u1" };
const ROUTING = { time_zone: "UTC", bands: [{ name: "all", from: "00:00", threshold_per_s: 5 }] };
const PIN = { id: "final", items: ["drama-1"], until: "2026-01-01T00:00:00Z" };
const DRAFT = { pins: [{ id: "final", items: ["drama-1"] }], start: "2026-07-11T18:00:00Z" };
const REPORT = packServingReport({
  isolate: "i1",
  sequence: 0,
  part: 0,
  parts: 1,
  totals: { calls: 0, lost: 0 },
  records: [],
});
const TOML = { "content-type": "application/toml" };
const XML = { "content-type": "application/xml" };
/** Of the sample, this origin has it from its own edge. */
const RECORDED_DAY = 1;
const JSONL = { "content-type": "application/jsonl" };
const TUPLE = formatTuple({
  minute: 29_000_000,
  context: "homepage",
  signals: NO_SIGNALS,
  country: undefined,
  band: "all",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  rule: undefined,
  version: 1,
  holdout: false,
  known: false,
  weight: 1,
});
const LONG = { "content-length": "99999999" };

/** Requests that every route with a body refuses. */
function refusals(method: string, path: string, headers: Readonly<Record<string, string>>): Call[] {
  return [
    [method, path, 400, "{", headers],
    [method, path, 413, {}, { ...headers, ...LONG }],
    [method, path, 415, "x", { ...headers, ...XML }],
  ];
}

function dryRunOfNothing(routing: Routing): BackgroundAnswer<DryRunResult> {
  const after = dryRouting(routing, undefined, undefined);
  const empty = new DryRun({ before: after, after, assign: undefined, atMinute: undefined });
  return { kind: "done", result: empty.result() };
}

const REPORT_OF_NOTHING: MadeReport = {
  report: "coverage",
  from: "2026-07-09",
  day: "2026-07-09",
  days: 1,
  timeZone: "UTC",
  command: "pnpm spillway report coverage --day 2026-07-09",
  isEmpty: true,
  isOver: true,
  recorded: null,
  made: "2026-07-10T18:00:00Z",
  view: { title: "Coverage", subtitle: "", facts: [], sections: [], footer: "" },
};

const KICKOFF = readRehearsal({ scenario: "kickoff" });
if (!KICKOFF.ok) throw new Error("it is one");
const REHEARSAL: StartedRehearsal = {
  id: "r1",
  startedAt: "2026-07-10T18:00:00Z",
  by: "admin",
  rehearsal: KICKOFF.rehearsal,
  command: "pnpm rehearse --scenario kickoff",
  state: { kind: "done", elapsedS: 2, sentence: "Every promise holds.", holds: true },
};
const REHEARSED = {
  list: () => [REHEARSAL],
  find: (id: string) => (id === "r1" ? { started: REHEARSAL, result: undefined } : undefined),
  cancel: (id: string) => id === "r1",
};

type Bearers = Readonly<Record<"viewer" | "editor" | "operator", Readonly<Record<string, string>>>>;

/** A token of each role, as a header. */
async function makeTokens(app: Origin): Promise<Bearers> {
  const bearer = async (role: string) => {
    const made = await app.request("/tokens", {
      method: "POST",
      body: JSON.stringify({ name: role, role }),
      headers: { ...admin, "content-type": "application/json" },
    });
    const { token } = (await made.json()) as { token: string };
    return { authorization: `Bearer ${token}` };
  };
  return {
    viewer: await bearer("viewer"),
    editor: await bearer("editor"),
    operator: await bearer("operator"),
  };
}

/** Requests of operators: what they may, what they may not, and what is written down of it. */
function operatorCalls({ viewer, editor, operator }: Bearers): Call[] {
  const wrong = { token: "no token of ours" };
  return [
    ["PUT", "/editorial/pins", 403, { pins: [] }, viewer],
    ["PUT", "/editorial/pins?expect=7", 409, { pins: [] }, editor],
    ["POST", "/editorial/pins/check", 200, { pins: [PIN] }, viewer],
    ["POST", "/editorial/pins/check", 401, {}],
    ...refusals("POST", "/editorial/pins/check", viewer),
    ["GET", "/editorial/pins?reach", 200, undefined, viewer],
    ["POST", "/editorial/preview", 200, { as: { team: "ESP" }, rating: 12 }, viewer],
    ["POST", "/editorial/preview", 401, {}],
    ...refusals("POST", "/editorial/preview", viewer),
    ["POST", "/editorial/drafts?note=final", 201, DRAFT, editor],
    ["POST", "/editorial/drafts", 401, {}],
    ["POST", "/editorial/drafts", 403, {}, viewer],
    ...Array.from({ length: 49 }, (): Call => ["POST", "/editorial/drafts", 201, DRAFT, editor]),
    ["POST", "/editorial/drafts", 409, DRAFT, editor],
    ...refusals("POST", "/editorial/drafts", editor),
    ["GET", "/editorial/drafts", 200, undefined, viewer],
    ["GET", "/editorial/drafts", 401],
    ["POST", "/editorial/drafts/cancel", 200, { id: 1 }, editor],
    ["POST", "/editorial/drafts/cancel", 409, { id: 1 }, editor],
    ["POST", "/editorial/drafts/cancel", 404, { id: 1000 }, editor],
    ["POST", "/editorial/drafts/cancel", 401, {}],
    ["POST", "/editorial/drafts/cancel", 403, {}, viewer],
    ...refusals("POST", "/editorial/drafts/cancel", editor),
    ["PATCH", "/catalogue", 403, {}, editor],
    ["PUT", "/routing", 403, ROUTING, editor],
    ["POST", "/sample", 403, "{}", editor],
    ["POST", "/rehearsals", 403, { scenario: "kickoff" }, editor],
    ["POST", "/rehearsals/cancel", 403, { id: "r1" }, viewer],
    ["PUT", "/routing/mode", 403, { mode: "auto", forSeconds: 9 }, viewer],
    ["DELETE", "/routing/mode", 403, undefined, editor],
    ["POST", "/routing/rollback", 403, {}, viewer],
    ["POST", "/routing/rollout/abort", 403, undefined, viewer],
    ["POST", "/routing/rollout/promote", 403, undefined, editor],
    ["POST", "/identify", 403, LINK, editor],
    ["DELETE", "/identify", 403, LINK, viewer],
    ["GET", "/tokens", 200, undefined, admin],
    ["GET", "/tokens", 401],
    ["GET", "/tokens", 403, undefined, operator],
    ["POST", "/tokens", 201, { name: "ci", role: "viewer", expiresInDays: 90 }, admin],
    ["POST", "/tokens", 409, { name: "ci", role: "viewer" }, admin],
    ["POST", "/tokens", 401, {}],
    ["POST", "/tokens", 403, { name: "mine", role: "operator" }, operator],
    ["POST", "/tokens", 400, { name: "admin", role: "viewer" }, admin],
    ...refusals("POST", "/tokens", admin),
    ["POST", "/tokens/revoke?note=left", 200, { name: "ci" }, admin],
    ["POST", "/tokens/revoke", 404, { name: "ci" }, admin],
    ["POST", "/tokens/revoke", 401, {}],
    ["POST", "/tokens/revoke", 403, { name: "viewer" }, operator],
    ...refusals("POST", "/tokens/revoke", admin),
    ["GET", "/audit?limit=1000", 200, undefined, viewer],
    ["GET", "/audit?since=yesterday", 400, undefined, viewer],
    ["GET", "/audit", 401],
    ["POST", "/console/session", 200, { token: ADMIN_TOKEN }],
    ["POST", "/console/session", 403, { token: ADMIN_TOKEN }, { "sec-fetch-site": "cross-site" }],
    ...refusals("POST", "/console/session", {}),
    ...Array.from({ length: 10 }, (): Call => ["POST", "/console/session", 401, wrong]),
    ["POST", "/console/session", 429, wrong],
    ["GET", "/console/session", 200, undefined, viewer],
    ["GET", "/console/session", 401],
    ["DELETE", "/console/session", 204, undefined, viewer],
    ["DELETE", "/console/session", 401],
  ];
}

/** Requests to every route, at an origin without load. */
function quietCalls(): Call[] {
  return [
    ["GET", "/recommendations?user=u0", 200],
    ["GET", "/recommendations?cluster=generic", 200],
    ["GET", "/recommendations?user=u0&context=similar&item=drama-1", 200],
    ["GET", "/recommendations?user=u0", 200, undefined, SIGNED],
    ["GET", "/recommendations", 400],
    ["GET", "/recommendations?user=", 400, undefined, SIGNED],
    ["GET", "/recommendations?user=u0", 401, undefined, FORGED],
    ["GET", "/recommendations?user=u0&context=radio", 404],
    ["GET", "/recommendations?user=u0&context=similar&item=none", 404, undefined, SIGNED],
    ["POST", "/events?user=u1", 202, { events: [PLAY, {}] }],
    ["POST", "/events", 202, { events: [STORED, STORED] }, SIGNED],
    ["POST", "/events", 401, { events: [STORED] }, FORGED],
    ["POST", "/events?user=", 400, { events: [PLAY] }],
    ["POST", "/events?user=u1", 400, [{}]],
    ...refusals("POST", "/events?user=u1", {}),
    ["POST", "/identify", 200, LINK, admin],
    ["POST", "/identify", 200, LINK, SIGNED],
    ["POST", "/identify", 401, LINK],
    ["POST", "/identify", 409, { visitor: "u1", user: "u2" }, admin],
    ["DELETE", "/identify", 200, { visitor: VISITOR }, admin],
    ["DELETE", "/identify", 401, LINK],
    ...refusals("POST", "/identify", admin),
    ...refusals("DELETE", "/identify", admin),
    ["PUT", "/editorial/pins", 200, { pins: [PIN] }, admin],
    ["PUT", "/editorial/pins", 401, { pins: [] }],
    ["GET", "/editorial/pins", 200, undefined, admin],
    ["GET", "/editorial/pins", 401],
    ...refusals("PUT", "/editorial/pins", admin),
    ["PATCH", "/catalogue", 200, { items: [{ id: "drama-1", title: "New" }] }, admin],
    ["PATCH", "/catalogue", 400, { items: [{ id: "x", odd: 1 }] }, admin],
    ["PATCH", "/catalogue", 401, {}],
    ...refusals("PATCH", "/catalogue", admin),
    ["GET", "/routing", 404, undefined, admin],
    ["POST", "/routing/rollback", 404, undefined, admin],
    [
      "PUT",
      "/routing",
      200,
      { ...ROUTING, rules: [{ when: { team: "ESP" }, then: "none", allow_unknown: true }] },
      admin,
    ],
    ["GET", "/health", 200],
    ["PUT", "/routing", 400, { ...ROUTING, rules: [{ when: { team: "ESP" }, then: "none" }] }, admin],
    ["GET", "/routing/basis", 200, undefined, admin],
    ["GET", "/routing/basis", 401],
    ["POST", "/routing/try?at=2026-07-10T20:00Z", 200, ROUTING, admin],
    ["POST", "/routing/try?at=tonight", 400, ROUTING, admin],
    ["POST", "/routing/try", 401, ROUTING],
    ...refusals("POST", "/routing/try", admin),
    ["POST", "/routing/check", 200, ROUTING, admin],
    ["POST", "/routing/check", 400, 'mode = "auto"\nbands = [', { ...admin, ...TOML }],
    ["POST", "/routing/check", 401, ROUTING],
    ...refusals("POST", "/routing/check", admin),
    ["PUT", "/routing", 200, ROUTING, admin],
    ["PUT", "/routing?stages=1,100", 400, ROUTING, admin],
    ["PUT", "/routing", 400, 'mode = "auto"\nbands = [', { ...admin, ...TOML }],
    ["PUT", "/routing", 401, ROUTING],
    ...refusals("PUT", "/routing", admin),
    ["GET", "/routing", 200, undefined, admin],
    ["GET", "/routing", 401],
    ["GET", "/routing/versions", 200, undefined, admin],
    ["GET", "/routing/versions", 401],
    ["GET", "/routing/file?version=1", 200, undefined, admin],
    ["GET", "/routing/file?version=99", 404, undefined, admin],
    ["GET", "/routing/file?version=1", 401],
    ["POST", "/routing/rollback", 200, {}, admin],
    ["POST", "/routing/rollback", 401, {}],
    ...refusals("POST", "/routing/rollback", admin),
    ["GET", "/routing/rollout", 200, undefined, admin],
    ["GET", "/routing/rollout", 401],
    ["POST", "/routing/rollout/abort", 409, undefined, admin],
    ["POST", "/routing/rollout/promote", 409, undefined, admin],
    ["PUT", "/routing?stages=5", 400, { ...ROUTING, deadline_ms: 300 }, admin],
    ["PUT", "/routing?every=10m", 400, { ...ROUTING, deadline_ms: 300 }, admin],
    ["PUT", "/routing?expect=1", 409, ROUTING, admin],
    ["PUT", "/routing?stages=1,100&every=10m&guard=p99", 200, { ...ROUTING, deadline_ms: 300 }, admin],
    ["PUT", "/routing?stages=1,100", 409, { ...ROUTING, deadline_ms: 300 }, admin],
    ["POST", "/routing/rollback", 409, {}, admin],
    ["GET", "/routing/rollout", 200, undefined, admin],
    ["POST", "/routing/rollout/promote", 409, undefined, admin],
    ["POST", "/routing/rollout/abort", 200, undefined, admin],
    ["POST", "/routing/rollout/abort?note=a%1b", 400, undefined, admin],
    ["POST", "/routing/rollout/promote?note=a%1b", 400, undefined, admin],
    ["POST", "/routing/rollout/abort", 401],
    ["POST", "/routing/rollout/promote", 401],
    ["GET", "/routing/mode", 200, undefined, admin],
    ["PUT", "/routing/mode", 200, { mode: "force-cluster", forSeconds: 900 }, admin],
    ["GET", "/routing/mode", 200, undefined, admin],
    ["DELETE", "/routing/mode", 200, undefined, admin],
    ["GET", "/routing/mode", 401],
    ["PUT", "/routing/mode", 401, {}],
    ["DELETE", "/routing/mode", 401],
    ...refusals("PUT", "/routing/mode", admin),
    ["POST", "/serving-log", 202, { reports: [REPORT, {}] }, SIGNED],
    ["POST", "/serving-log", 401, {}],
    ...refusals("POST", "/serving-log", SIGNED),
    ["POST", "/dead-letters", 202, { letters: [{ events: [STORED, {}] }, "odd"] }, SIGNED],
    ["POST", "/dead-letters", 401, {}],
    ...refusals("POST", "/dead-letters", SIGNED),
    ["GET", "/reports?report=coverage&day=2026-07-09", 200, undefined, admin],
    ["GET", "/reports?report=coverage&format=jsonl", 200, undefined, admin],
    ["GET", "/reports?report=coverage&format=html", 200, undefined, admin],
    ["GET", "/reports?report=coverage&day=2026-02-30", 400, undefined, admin],
    ["GET", "/reports?report=coverage", 401],
    ["GET", "/rehearsals", 200, undefined, admin],
    ["GET", "/rehearsals", 401],
    ["GET", "/rehearsals/result?id=r1", 200, undefined, admin],
    ["GET", "/rehearsals/result?id=r2", 404, undefined, admin],
    ["GET", "/rehearsals/result", 400, undefined, admin],
    ["GET", "/rehearsals/result", 401],
    ["POST", "/rehearsals", 202, { scenario: "kickoff" }, admin],
    ["POST", "/rehearsals", 401, {}],
    ...refusals("POST", "/rehearsals", admin),
    ["POST", "/rehearsals/cancel", 200, { id: "r1" }, admin],
    ["POST", "/rehearsals/cancel", 404, { id: "r2" }, admin],
    ["POST", "/rehearsals/cancel", 401, {}],
    ...refusals("POST", "/rehearsals/cancel", admin),
    ["GET", "/cost", 200, undefined, admin],
    ["GET", "/cost?day=2020-01-01", 200, undefined, admin],
    ["GET", `/cost?day=${new Date(NOW_MS).toISOString().slice(0, 10)}`, 400, undefined, admin],
    ["GET", "/cost?day=2020-02-31", 400, undefined, admin],
    ["GET", "/cost", 401],
    ["GET", "/clusters?context=movies", 200, undefined, admin],
    ["GET", "/clusters?context=radio", 400, undefined, admin],
    ["GET", "/clusters", 401],
    ["GET", "/clusters/pages?cluster=esp", 200, undefined, admin],
    ["GET", "/clusters/pages?cluster=atlantis", 404, undefined, admin],
    ["GET", "/clusters/pages?context=radio", 400, undefined, admin],
    ["GET", "/clusters/pages", 401],
    ["GET", "/now", 200, undefined, admin],
    ["GET", `/now?since=${NOW_MS}`, 200, undefined, admin],
    ["GET", "/now?since=yesterday", 400, undefined, admin],
    ["GET", `/now?until=${new Date(NOW_MS).toISOString()}`, 200, undefined, admin],
    ["GET", "/now?until=yesterday", 400, undefined, admin],
    ["GET", "/now?until=2999-01-01T00:00Z", 400, undefined, admin],
    ["GET", "/now?until=2020-01-01T00:00Z", 404, undefined, admin],
    ["GET", "/routing/hits", 200, undefined, admin],
    ["GET", "/routing/hits", 401],
    ["GET", "/now", 401],
    ["GET", "/sample", 200, undefined, admin],
    ["GET", "/sample?from=2026-07-10&until=2026-07-10T20:00Z", 200, undefined, admin],
    ["GET", "/sample?from=yesterday", 400, undefined, admin],
    ["GET", "/sample", 401],
    ["POST", "/sample", 201, TUPLE, { ...admin, ...JSONL }],
    ["POST", "/sample", 400, "{}", { ...admin, ...JSONL }],
    ["POST", "/sample", 409, TUPLE.replace("29000000", String(RECORDED_DAY * 1440)), { ...admin, ...JSONL }],
    ["POST", "/sample", 401, "{}", JSONL],
    ["POST", "/sample", 413, undefined, { ...admin, ...LONG }],
    ["POST", "/sample", 415, "{}", { ...admin, ...XML }],
    ["GET", "/sample/days", 200, undefined, admin],
    ["GET", "/sample/days", 401],
    ["GET", "/health", 200],
    ["GET", "/health", 200, undefined, SIGNED],
    ["GET", "/health", 401, undefined, FORGED],
    ["GET", "/metrics", 200],
    ["GET", "/openapi.json", 200],
  ];
}

/** Requests whose answers only an origin gives that has no time for events, or no threshold. */
function busyCalls(): Call[] {
  return [
    ["POST", "/routing/try", 503, ROUTING, admin],
    ["GET", "/reports?report=traffic", 503, undefined, admin],
    ["POST", "/rehearsals", 503, { scenario: "kickoff" }, admin],
    ["GET", "/recommendations?user=u0", 429, undefined, SIGNED],
    ["GET", "/recommendations?user=u0", 200],
    ["POST", "/events?user=u1", 503, { events: [PLAY] }],
    ["POST", "/events", 503, { events: [STORED] }, SIGNED],
    ["POST", "/serving-log", 503, { reports: [REPORT] }, SIGNED],
    ["POST", "/dead-letters", 503, { letters: [] }, SIGNED],
  ];
}

async function sign(
  method: string,
  target: string,
  { "x-test": isSigned, ...headers }: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (isSigned === undefined) return headers;
  return (await signedHeaders(NOW_MS, target, { method, headers, ...(body !== undefined && { body }) }))
    .headers;
}

type Origin = Awaited<ReturnType<typeof openOrigin>>;

async function run(app: Origin, calls: readonly Call[], seen: Set<string>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [method, url, status, body, headers = {}] of calls) {
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const typed = text === undefined ? headers : { "content-type": "application/json", ...headers };
    const response = await app.request(url, {
      method,
      headers: await sign(method, url, typed, text),
      ...(text !== undefined && { body: text }),
    });
    expect([method, url, body, response.status]).toEqual([method, url, body, status]);
    const [path = ""] = url.split("?");
    const answer = { method, path, status, headers: response.headers, body: await response.text() };
    wrong.push(...violations(DOCUMENT, answer, validate));
    seen.add(`${method} ${path} ${status}`);
  }
  return wrong;
}

test("every answer is one that the document describes", async () => {
  const quiet = await openOrigin();
  const seen = new Set<string>();
  expect(await run(quiet, quietCalls(), seen)).toEqual([]);
  const cookie = await signIn(quiet);
  expect(await run(quiet, operatorCalls(await makeTokens(quiet)), seen)).toEqual([]);
  expect(await run(quiet, [["DELETE", "/console/session", 403, undefined, { cookie }]], seen)).toEqual([]);
  const etag = (await quiet.request("/recommendations?cluster=generic")).headers.get("etag") ?? "";
  const known = { "if-none-match": etag };
  expect(
    await run(quiet, [["GET", "/recommendations?cluster=generic", 304, undefined, known]], seen),
  ).toEqual([]);
  expect(await run(await openOrigin({ threshold: 0, busy: true }), busyCalls(), seen)).toEqual([]);
  const described = Object.entries(ORIGIN_DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );
  // These answers need a storage that another process locks for seconds. The 503 of events has the same form.
  const rare = ["POST /identify", "DELETE /identify", "PUT /editorial/pins", "PATCH /catalogue"];
  const tokens = ["POST /tokens", "POST /tokens/revoke"];
  const samples = ["POST /sample"];
  const modes = ["PUT /routing/mode", "DELETE /routing/mode"];
  const editorial = ["POST /editorial/drafts", "POST /editorial/drafts/cancel"];
  const posts = [...tokens, ...samples, ...modes, ...editorial, "POST /routing/rollout/promote"];
  const unseen = [...rare, ...posts, "PUT /routing", "POST /routing/rollback"].map((route) => `${route} 503`);
  // A stage holds a minute and a half after a rollout has begun, and this clock stands still.
  unseen.push("POST /routing/rollout/promote 200");
  expect(described.filter((one) => !seen.has(one)).toSorted()).toEqual(unseen.toSorted());
});

async function signIn(app: Origin): Promise<string> {
  const response = await app.request("/console/session", {
    method: "POST",
    body: JSON.stringify({ token: ADMIN_TOKEN }),
    headers: { "content-type": "application/json" },
  });
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** The routes that operators call, with the least role for each. */
const OPERATORS_ROUTES = Object.entries(ORIGIN_DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, { "x-spillway-role": role }]) =>
    role === undefined ? [] : [{ method: method.toUpperCase(), path, role }],
  ),
);

test("each route answers 401 to nobody and 403 to every role that may not, whatever the body", async () => {
  const app = await openOrigin();
  const bearers = { ...(await makeTokens(app)), admin };
  const wrong: string[] = [];
  for (const { method, path, role } of OPERATORS_ROUTES) {
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await app.request(path, { method, headers, ...(method !== "GET" && { body: "{" }) })).status;
    if ((await ask({})) !== 401) wrong.push(`nobody: ${method} ${path}`);
    for (const has of ROLES) {
      const status = await ask(bearers[has]);
      const isRefused = status === 401 || status === 403;
      if (isRefused === mayActAs(has, role)) wrong.push(`${has}: ${method} ${path} ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("nothing that changes something is open to a viewer", () => {
  const harmless = new Set([
    "POST /routing/try",
    "POST /routing/check",
    "POST /editorial/pins/check",
    "POST /editorial/preview",
    "DELETE /console/session",
  ]);
  const changing = OPERATORS_ROUTES.filter(({ method }) => method !== "GET");
  const open = changing
    .filter(({ role }) => role === "viewer")
    .map(({ method, path }) => `${method} ${path}`);
  expect(open.filter((route) => !harmless.has(route))).toEqual([]);
  expect(changing.length).toBeGreaterThan(8);
});

test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(ORIGIN_DOCUMENT))).toMatchObject({ valid: true });
});
