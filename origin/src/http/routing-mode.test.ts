import { beforeEach, expect, test, vi } from "vitest";
import type { ModeOverride } from "@spillway/shared/routing/mode-override.ts";
import { parsePublishedRouting } from "@spillway/shared/routing/published-routing.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { compileRouting, type PublishedRouting } from "@spillway/shared/routing/routing.ts";
import type { Database } from "@spillway/store/database.ts";
import { currentModeOverride } from "@spillway/store/operators/mode-override.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { admin, NOW_MS, TOML } from "../../test/test-admin.ts";
import { testOperators } from "../../test/test-operators.ts";
import { createRoutingInForce } from "../routing/routing-in-force.ts";
import { routingModeRoutes } from "./routing-mode.ts";

let nowMs: number;
let database: Database;
const capacity = () => ({ instances: 1, maxInFlight: 64, answerMs: 6 });
const onModeOverride = vi.fn<(override: ModeOverride | undefined) => Promise<{ published: boolean }>>();

beforeEach(() => {
  nowMs = NOW_MS;
  database = openForTest();
  onModeOverride.mockReset();
  onModeOverride.mockResolvedValue({ published: true });
});

function ask(method: string, body?: unknown) {
  const { operatorStore, around } = testOperators(database, () => nowMs);
  const routes = around(routingModeRoutes({ operatorStore, nowMs: () => nowMs, capacity, onModeOverride }));
  return routes.request("/routing/mode", admin(method, body));
}

test("forces a mode for a while, which ends by itself, also where the origin starts again", async () => {
  const forced = await ask("PUT", { mode: "force-cluster", forSeconds: 900 });
  const until = new Date(NOW_MS + 900_000).toISOString();
  expect(await forced.json()).toEqual({
    mode: "force-cluster",
    ofRouting: "auto",
    until,
    by: "admin",
    published: true,
  });
  expect(onModeOverride).toHaveBeenCalledWith(
    expect.objectContaining({ mode: "force-cluster", untilMs: NOW_MS + 900_000 }),
  );
  nowMs += 899_999;
  // What an origin reads that starts now.
  expect(currentModeOverride(database, nowMs)?.mode).toBe("force-cluster");
  nowMs += 1;
  expect(await (await ask("GET")).json()).toEqual({ mode: "auto", ofRouting: "auto" });
  expect(currentModeOverride(database, nowMs)).toBeUndefined();
});

test("ends before its time when an operator says so", async () => {
  await ask("PUT", { mode: "force-individual", forSeconds: 60 });
  expect(await (await ask("DELETE")).json()).toEqual({ mode: "auto", ofRouting: "auto", published: true });
  expect(onModeOverride).toHaveBeenLastCalledWith(undefined);
});

test.each([
  [{ mode: "force-origin", forSeconds: 60 }, "mode"],
  [{ mode: "auto", forSeconds: 0 }, "forSeconds"],
  [{ mode: "auto", forSeconds: 86_401 }, "forSeconds"],
  [{ mode: "auto", forSeconds: 1.5 }, "forSeconds"],
  [{ mode: "auto" }, "forSeconds"],
  [{ mode: "auto", forSeconds: 60, thresholdPerSec: -1 }, "thresholdPerSec"],
  [{ mode: "force-cluster", forSeconds: 60, thresholdPerSec: 5 }, "thresholdPerSec"],
])("refuses %j and names what is wrong", async (body, key) => {
  const refused = await ask("PUT", body);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ errors: [{ key }] });
  expect(onModeOverride).not.toHaveBeenCalled();
});

test("refuses a threshold that the origin cannot hold, and says what would let it", async () => {
  const refused = await ask("PUT", { mode: "auto", forSeconds: 60, thresholdPerSec: 7000 });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    errors: [{ key: "thresholdPerSec", reason: expect.stringContaining("MAX_IN_FLIGHT") as string }],
  });
  expect(onModeOverride).not.toHaveBeenCalled();
  expect((await ask("PUT", { mode: "auto", forSeconds: 60, thresholdPerSec: 6900 })).status).toBe(200);
});

test("the catalogue's kick-offs reach the gate and the edges with the next publication, and survive a push", async () => {
  const published: string[] = [];
  const apply = vi.fn<(pushed: PublishedRouting) => void>();
  const routing = routingOf(TOML);
  let kickOffs: readonly number[] = [];
  const rules = createRoutingInForce(
    { version: 1, routing },
    { apply },
    {
      publish: (_, text) => {
        published.push(text);
        return Promise.resolve({ published: true });
      },
      read: () => Promise.resolve(published.at(-1)),
    },
    () => "here",
    () => undefined,
    () => kickOffs,
  );
  await rules.publish();
  expect(published.at(-1)).not.toContain("kickOffs");
  kickOffs = [NOW_MS];
  await rules.publish();
  expect(apply).toHaveBeenLastCalledWith(expect.objectContaining({ kickOffs }));
  await rules.publish();
  expect(apply).toHaveBeenCalledTimes(1);
  await rules.apply({ version: 2, routing });
  const document = parsePublishedRouting(JSON.parse(published.at(-1) ?? ""));
  if (!document.ok) throw new Error(JSON.stringify(document.issues));
  expect(compileRouting(document.value).armedFrom(NOW_MS)).toBe(NOW_MS - 10_000);
});

test("what is published carries it, whichever routing is pushed meanwhile, and edges obey it until then", async () => {
  const published: string[] = [];
  const routing = routingOf(TOML);
  const version = pushRouting(database, routing, TOML, undefined, nowMs);
  const rules = createRoutingInForce(
    { version, routing },
    { apply: () => undefined },
    {
      publish: (_, text) => {
        published.push(text);
        return Promise.resolve({ published: true });
      },
      read: () => Promise.resolve(published.at(-1)),
    },
    () => "here",
    () => undefined,
  );
  await rules.force({ mode: "force-cluster", untilMs: NOW_MS + 1000 });
  await rules.apply({ version: version + 1, routing });
  const [, pushed] = published;
  const document = parsePublishedRouting(JSON.parse(pushed ?? ""));
  if (!document.ok) throw new Error(JSON.stringify(document.issues));
  const { modeAt } = compileRouting(document.value);
  expect([document.value.version, modeAt(NOW_MS), modeAt(NOW_MS + 1000)]).toEqual([
    version + 1,
    "force-cluster",
    "auto",
  ]);
  await rules.force(undefined);
  expect(published.at(-1)).not.toContain("override");
});

test("another threshold holds as long, and the routing's own mode with it", async () => {
  const forced = await ask("PUT", { mode: "auto", forSeconds: 60, thresholdPerSec: 5 });
  expect(await forced.json()).toMatchObject({ mode: "auto", by: "admin", thresholdPerSec: 5 });
  const override = currentModeOverride(database, nowMs);
  const routing = compileRouting({ version: 1, routing: routingOf(TOML), override });
  const ofBand = routing.bandAt(nowMs).threshold_per_s;
  expect([routing.thresholdAt(nowMs + 59_999), routing.thresholdAt(nowMs + 60_000)]).toEqual([5, ofBand]);
  expect(ofBand).not.toBe(5);
  const document = parsePublishedRouting({ version: 1, routing: routingOf(TOML), override });
  expect(document).toMatchObject({ ok: true, value: { override: { thresholdPerSec: 5 } } });
});

function routingOf(text: string) {
  const parsed = parseRoutingText(text, "toml");
  if (!parsed.ok) throw new Error("the test's routing is not valid");
  return parsed.routing;
}
