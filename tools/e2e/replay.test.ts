/**
 * Somebody holds a captured request of each kind that the edge sends. Nothing that they do with it may have
 * an effect: on no route of the origin's OpenAPI document, with no change, and not again as it was.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFailures } from "@spillway/edge/failures.ts";
import { createDelivery } from "@spillway/edge/events/event-delivery.ts";
import { lookForOrigin } from "@spillway/edge/origin/look.ts";
import { createOriginCall, type OriginCall } from "@spillway/edge/origin/origin-call.ts";
import { ORIGIN_DOCUMENT } from "@spillway/origin/openapi/document.ts";
import { createEdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { openDatabase } from "@spillway/store/database.ts";
import {
  send,
  startOrigin,
  startRecorder,
  temporaryFolder,
  type Recorded,
  type Recorder,
} from "./real-origin.ts";

const EDGE_TOKEN = "test-edge-token-0123456789";
const VISITOR = "v_0a1b2c3d-0000-4000-8000-0123456789ab";
const MAX_AGE_MS = 10_000;

type Route = { readonly method: string; readonly path: string };
const ROUTES: readonly Route[] = Object.entries(ORIGIN_DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
);
/**
 * What the document says that the edge's signature opens, and what everybody may call who may call at all.
 */
const SIGNED_ROUTES = Object.entries(ORIGIN_DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations)
    .filter(([, { security }]) => security?.some((one) => "edgeSignature" in one) === true)
    .map(([method]) => `${method.toUpperCase()} ${path}`),
);

function edgeBehind({ url }: Recorder): OriginCall {
  const origin = { url, auth: createEdgeAuth(EDGE_TOKEN), tokens: [EDGE_TOKEN] as const };
  return createOriginCall(
    origin,
    createFailures(() => undefined),
  );
}

function event(id: string): object {
  return { id, type: "play", item: "i1", user: "u1", timeMs: Date.now() };
}

/** One request of each kind, as the edge makes it. */
async function callEach(call: OriginCall, run: string): Promise<void> {
  const common = { deadlineMs: 30_000, nowMs: Date.now() };
  const link = (method: "POST" | "DELETE") =>
    call({
      ...common,
      method,
      path: "/identify",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ visitor: VISITOR, user: `u-${run}` }),
    });
  await call({
    ...common,
    method: "GET",
    path: "/recommendations?user=u1&context=homepage&cluster=generic",
    headers: { accept: "application/json", "spillway-signals": "{}", "if-none-match": '"x"' },
  });
  await createDelivery(call, Date.now, "events")([event(run)], common.deadlineMs);
  await createDelivery(call, Date.now, "letters")([{ events: [event(`letter-${run}`)] }], common.deadlineMs);
  await createDelivery(call, Date.now, "reports")([], common.deadlineMs);
  await link("POST");
  await link("DELETE");
  await lookForOrigin(call, Date.now());
}

const kindOf = ({ method, target }: Recorded): string => `${method} ${target.split("?")[0]}`;

/** What somebody may make of a captured request, without the token. */
function* variantsOf(captured: Recorded, routes: readonly Route[]): Generator<Recorded> {
  const { target, headers, body } = captured;
  const [path = "", query] = target.split("?");
  const ownQuery = query === undefined ? "" : `?${query}`;
  for (const route of routes) {
    yield { ...captured, method: route.method, target: `${route.path}${ownQuery}` };
    yield { ...captured, method: route.method, target: route.path };
  }
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    yield { ...captured, method };
  for (const changed of [
    "?user=u2&context=homepage&cluster=generic",
    `${ownQuery}${ownQuery === "" ? "?" : "&"}user=u2`,
    `${ownQuery}${ownQuery === "" ? "?" : "&"}`,
    "?",
  ]) {
    yield { ...captured, target: `${path}${changed}` };
  }
  for (const spelled of [`/${path}`, `${path}/`, path.toUpperCase(), path.replace("e", "%65")]) {
    yield { ...captured, target: `${spelled}${ownQuery}` };
  }
  for (const changed of [
    body.toString().replaceAll("u1", "u2").replaceAll("u-", "w-"),
    `${body.toString()} `,
    "",
    '{"events":[]}',
  ]) {
    yield { ...captured, body: Buffer.from(changed) };
  }
  const changedHeaders: readonly Readonly<Record<string, string | undefined>>[] = [
    { "spillway-instance": undefined },
    { "spillway-instance": "another" },
    { "spillway-signals": '{"team":"ESP"}' },
    { "spillway-demand": "i1;demand=9999.000;arrivals=9999" },
    { "if-none-match": "*" },
    { "content-type": "text/plain" },
    { "content-encoding": "gzip" },
    { "content-digest": undefined },
    { "x-http-method-override": "DELETE" },
    { signature: headers["signature"]?.replace("edge=:", "edge=:A") },
    { signature: undefined },
    { "signature-input": undefined },
    { "signature-input": headers["signature-input"]?.replace("spillway-edge", "spillway-origin") },
    {
      "signature-input": headers["signature-input"]?.replace(
        /created=\d+/,
        `created=${Math.floor(Date.now() / 1000)}x`,
      ),
    },
  ];
  for (const changed of changedHeaders) {
    const all = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== undefined);
    yield { ...captured, headers: Object.fromEntries(all) as Record<string, string> };
  }
  yield captured;
}

/** Routes that are open to everybody answer 200 to a request that bears no signature of ours. */
const OPEN = new Set(["/health", "/openapi.json"]);

/** What a request says: that to which the edge has put its name. */
function said({ method, target, headers, body }: Recorded): string {
  const { "x-http-method-override": _ignored, ...signed } = headers;
  // An empty query is none (RFC 9421, section 2.2.7), and a GET's body is never sent.
  const content = method === "GET" ? "" : body.toString();
  const names = Object.keys(signed).toSorted((one, other) => one.localeCompare(other));
  return JSON.stringify([
    method,
    target.replace(/\?$/, ""),
    names.map((name) => [name, signed[name]]),
    content,
  ]);
}

/** The variants that were answered with something that is no refusal. */
async function taken(
  originUrl: string,
  captured: readonly Recorded[],
  changedOnly = false,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of captured) {
    for (const variant of variantsOf(one, ROUTES)) {
      if (changedOnly && said(one) === said(variant)) continue;
      const response = await send(originUrl, variant);
      await response.arrayBuffer();
      const bearsOurName = variant.headers["signature-input"]?.includes('"spillway-edge"') === true;
      const isOpen = !bearsOurName && OPEN.has(variant.target.split("?")[0] ?? "");
      const isRefused = response.status === 401 || (isOpen && response.status < 500);
      if (!isRefused) wrong.push(`${kindOf(one)} as ${variant.method} ${variant.target}: ${response.status}`);
    }
  }
  return wrong;
}

/** All that a request could have changed. */
function stateOf(data: string): unknown {
  using opened = new DisposableStack();
  const { sqlite } = opened.adopt(openDatabase(join(data, "spillway.db")), ({ close }) => close());
  return ["events", "links", "dead_letters", "routing_versions"].map((table) => [
    table,
    sqlite.prepare(`SELECT count(*) AS rows FROM ${table}`).get(),
  ]);
}

async function setUp() {
  const data = temporaryFolder();
  const recorder = await startRecorder();
  const call = edgeBehind(recorder);
  const origin = await startOrigin({ EDGE_TOKEN }, data);
  /** One request of each kind. With no origin to forward them to, they are never delivered. */
  const capture = async (originUrl: string | undefined, run: string): Promise<readonly Recorded[]> => {
    const from = recorder.taken.length;
    recorder.forwardTo(originUrl);
    await callEach(call, run);
    return recorder.taken.slice(from);
  };
  return { data, recorder, origin, capture };
}

test("an edge whose clock is off is told the time once, and goes on by it", async () => {
  const { recorder, origin } = await setUp();
  recorder.forwardTo(origin.url);
  for (const offMs of [-3_600_000, -30_000, 30_000, 3_600_000]) {
    const call = edgeBehind(recorder);
    const from = recorder.statuses.length;
    for (let times = 0; times < 3; times += 1) {
      const request = { method: "GET", path: "/health", headers: {}, deadlineMs: 30_000 } as const;
      expect(await call({ ...request, nowMs: Date.now() + offMs })).toMatchObject({ status: 200 });
    }
    expect(recorder.statuses.slice(from)).toEqual([401, 200, 200, 200]);
  }
});

test("a request that was delivered opens nothing any more, changed or not", async () => {
  const { data, recorder, origin, capture } = await setUp();
  const [, ...delivered] = await capture(origin.url, "delivered");
  // The first was refused, with the name of the process.
  expect(recorder.statuses[0]).toBe(401);
  expect(recorder.statuses.slice(1).filter((status) => status >= 400)).toEqual([]);
  expect(delivered.map(kindOf)).toEqual(expect.arrayContaining(SIGNED_ROUTES));
  expect(new Set(delivered.map(kindOf)).size).toBe(7);
  const before = stateOf(data);
  expect(await taken(origin.url, delivered)).toEqual([]);
  expect(stateOf(data)).toEqual(before);
});

test("a request that was kept back opens only what it says, once, at its process, within 10 s", async () => {
  const { data, recorder, origin, capture } = await setUp();
  await capture(origin.url, "delivered");
  const before = stateOf(data);
  const kept = await capture(undefined, "kept");
  const keptMs = Date.now();
  expect(kept).toHaveLength(7);
  expect(await taken(origin.url, kept, true)).toEqual([]);
  const other = await startOrigin({ EDGE_TOKEN });
  expect(await taken(other.url, kept)).toEqual([]);
  expect(stateOf(data)).toEqual(before);

  // Many at once, fresh: one of each is taken, as the edge has asked.
  const races = (await capture(undefined, "race")).map(async (one) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(origin.url, one)));
    return answers.filter(({ status }) => status !== 401).length;
  });
  expect(await Promise.all(races)).toEqual(kept.map(() => 1));

  await new Promise((resolve) => setTimeout(resolve, Math.max(0, keptMs + MAX_AGE_MS + 1000 - Date.now())));
  const raced = stateOf(data);
  expect(await taken(origin.url, kept)).toEqual([]);

  // Before the process has ended, and after another one has taken its place.
  const last = await capture(undefined, "last");
  await origin.kill();
  const restarted = await startOrigin({ EDGE_TOKEN }, data);
  expect(await taken(restarted.url, last)).toEqual([]);
  expect(stateOf(data)).toEqual(raced);

  // The edge goes on with the new process, after one refusal that names it.
  const from = recorder.statuses.length;
  await capture(restarted.url, "after");
  expect(recorder.statuses.slice(from).filter((status) => status >= 400)).toEqual([401]);
});
