import { describe, expect, test } from "vitest";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { currentRouting, currentRoutingVersion } from "@spillway/store/operators/routing.ts";
import { admin, setUp, TOML } from "../../test/test-admin.ts";

const row = {
  parent: null,
  definition: "[]",
  leaf: true,
  members: 1,
  gain: 0,
  gainOverGeneric: 0,
  scores: Buffer.alloc(0),
};
function withRules(...thens: readonly string[]): string {
  return `${TOML}\n${thens.map((then) => `[[rules]]\nwhen = { team = "ESP" }\nthen = ${then}\n`).join("")}`;
}
const GONE =
  'no cluster "esp.social" in the index; the learned index decides for its visitors until there is one';

describe("/routing", () => {
  test("stores a pushed file as a version, applies it and shows it", async () => {
    const { database, routing, onRouting } = setUp();
    expect((await routing.request("/routing", admin("GET"))).status).toBe(404);
    const response = await routing.request("/routing", admin("PUT", TOML, "application/toml"));
    expect(response.status).toBe(200);
    // Noon in London's winter is one o'clock in Madrid: band B.
    expect(await response.json()).toMatchObject({
      version: 1,
      published: true,
      mode: "auto",
      band: "B daytime",
      thresholdPerSec: 200,
      warnings: [],
    });
    expect(onRouting).toHaveBeenCalledTimes(1);
    expect(onRouting.mock.calls[0]?.[0]).toMatchObject({ version: 1, routing: { deadline_ms: 250 } });
    const shown = await (await routing.request("/routing", admin("GET"))).json();
    expect(shown).toMatchObject({ version: 1, source: TOML, routing: { time_zone: "Europe/Madrid" } });
    expect(currentRouting(database)?.source).toBe(TOML);
  });

  test("takes JSON as well", async () => {
    const { routing } = setUp();
    const body = { time_zone: "UTC", bands: [{ name: "all", from: "00:00", threshold_per_s: 0 }] };
    const response = await routing.request("/routing", admin("PUT", body));
    expect(await response.json()).toMatchObject({ band: "all", thresholdPerSec: 0 });
  });

  test("says so when KV did not take it, and keeps it", async () => {
    const { database, routing, onRouting } = setUp();
    onRouting.mockResolvedValue({ published: false, reason: "KV is away" });
    const response = await routing.request("/routing", admin("PUT", TOML, "text/plain"));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ published: false, reason: "KV is away" });
    expect(currentRoutingVersion(database)).toBe(1);
  });

  test.each(["/routing", "/routing/check"])(
    "%s refuses a cluster that the index does not have",
    async (path) => {
      const { database, routing, onRouting } = setUp();
      replaceClusters(database, [{ ...row, position: 0, id: "esp.social" }]);
      const text = withRules('"esp.social"', '"esp.socail"', '"generic"', '"individual"');
      const method = path === "/routing" ? "PUT" : "POST";
      const response = await routing.request(path, admin(method, text, "application/toml"));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        detail: "routing.toml is not valid; nothing changed",
        errors: [
          {
            key: "rules[1].then",
            reason: expect.stringContaining(
              'no cluster "esp.socail" in the index; did you mean "esp.social"?',
            ),
            line: text.split("\n").indexOf('then = "esp.socail"') + 1,
          },
        ],
      });
      expect([currentRoutingVersion(database), onRouting.mock.calls.length]).toEqual([0, 0]);
    },
  );

  test("takes an unknown cluster that is allowed, or that no index can tell yet, and warns", async () => {
    const { database, routing } = setUp();
    const put = async (text: string) =>
      (await routing.request("/routing", admin("PUT", text, "application/toml"))).json();
    expect(await put(withRules('"esp.social"'))).toMatchObject({
      version: 1,
      warnings: [`rules[0].then: ${GONE}`],
    });
    replaceClusters(database, [{ ...row, position: 0, id: "bel" }]);
    expect(await put(withRules('"esp.social"\nallow_unknown = true'))).toMatchObject({
      version: 2,
      warnings: [`rules[0].then: ${GONE}`],
    });
  });

  test("says that a cluster has gone, lets a rollback name it, and is silent when it is back", async () => {
    const { database, routing, health } = setUp();
    const show = async () => (await routing.request("/routing", admin("GET"))).json();
    const state = async () => (await health.request("/health")).json();
    replaceClusters(database, [{ ...row, position: 0, id: "esp.social" }]);
    await routing.request("/routing", admin("PUT", withRules('"esp.social"'), "application/toml"));
    expect(await show()).toMatchObject({ warnings: [] });
    expect(await state()).not.toHaveProperty("rulesNotInForce");
    replaceClusters(database, [{ ...row, position: 0, id: "bel" }]);
    expect(await show()).toMatchObject({ warnings: [`rules[0].then: ${GONE}`] });
    expect(await state()).toMatchObject({
      ok: true,
      rulesNotInForce: [{ key: "rules[0].then", reason: GONE }],
    });
    await routing.request("/routing", admin("PUT", TOML, "application/toml"));
    const back = await routing.request("/routing/rollback", admin("POST", { version: 1 }));
    expect(await back.json()).toMatchObject({ version: 3, warnings: [`rules[0].then: ${GONE}`] });
    replaceClusters(database, [{ ...row, position: 0, id: "esp.social" }]);
    expect(await show()).toMatchObject({ warnings: [] });
  });

  test("names file, key and reason of every error, and changes nothing", async () => {
    const { database, routing, onRouting } = setUp();
    const broken = TOML.replace('"07:00"', '"7 am"').replace('"Europe/Madrid"', '"Europe/Atlantis"');
    const response = await routing.request(
      "/routing?file=edge/routing.toml",
      admin("PUT", broken, "text/plain"),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: "edge/routing.toml is not valid; nothing changed",
      errors: [{ key: "time_zone" }, { key: "bands[1].from", reason: expect.stringContaining("18:30") }],
    });
    expect(currentRoutingVersion(database)).toBe(0);
    expect(onRouting).not.toHaveBeenCalled();
  });

  test("names the line where the text is no TOML", async () => {
    const { routing } = setUp();
    const response = await routing.request(
      "/routing",
      admin("PUT", 'mode = "auto"\nbands = [', "text/plain"),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ key: "", line: 2 }] });
  });

  test("a rollback pushes the previous or a named version again", async () => {
    const { database, routing, onRouting } = setUp();
    const rollback = (body?: unknown) => routing.request("/routing/rollback", admin("POST", body));
    expect((await rollback()).status).toBe(404);
    for (const threshold of [100, 101, 102]) {
      await routing.request("/routing", admin("PUT", TOML.replace("= 100", `= ${threshold}`), "text/plain"));
    }
    expect((await rollback()).status).toBe(200);
    expect(currentRouting(database)).toMatchObject({ version: 4, note: "rollback to version 2" });
    expect(currentRouting(database)?.routing.bands[0]?.threshold_per_s).toBe(101);
    await rollback({ version: 1 });
    expect(currentRouting(database)?.routing.bands[0]?.threshold_per_s).toBe(100);
    expect(onRouting).toHaveBeenLastCalledWith(expect.objectContaining({ version: 5 }));
    expect((await rollback({ version: 99 })).status).toBe(404);
    expect((await rollback({ version: "1" })).status).toBe(400);
    expect(currentRoutingVersion(database)).toBe(5);
  });
});

describe("a push by stages", () => {
  const staged = "/routing?stages=5,100&every=10m&guard=generic%20share%20%3C%203%25&note=final";
  const changed = TOML.replace("deadline_ms = 250", "deadline_ms = 240");

  test("begins a rollout, and the routing in force stays", async () => {
    const { routing, onRouting, operators } = setUp();
    await routing.request("/routing", admin("PUT", TOML, "application/toml"));
    const begun = await routing.request(staged, admin("PUT", changed, "application/toml"));
    expect(await begun.json()).toMatchObject({
      rollout: {
        id: "r2",
        state: "announced",
        sentence: "Rollout r2 of version 2 is announced: 5 % of the visitors from 12:02 UTC on.",
        note: "final",
        by: "admin",
        stages: [
          { share: 0.05, holdsFrom: "2027-01-15T12:02:00.000Z" },
          { share: 1, holdsFrom: null },
        ],
        changesAtTheEnd: [],
      },
    });
    expect(onRouting).toHaveBeenCalledTimes(1);
    expect(await (await routing.request("/routing", admin("GET"))).json()).toMatchObject({ version: 1 });
    await routing.request("/routing/rollout/abort?note=no", admin("POST"));
    const log = await (await operators.request("/audit?kind=rollout", admin("GET"))).json();
    expect(log).toMatchObject({
      entries: [
        { action: "rollout.abort", subject: "rollout r2", by: "admin", note: "no" },
        { action: "rollout.begin", subject: "rollout r2", note: "final" },
      ],
    });
  });

  test.each([
    ["?stages=5", "stages"],
    ["?stages=5,5,100", "stages"],
    ["?stages=100,5", "stages"],
    ["?stages=x", "stages"],
    ["?stages=5,100&every=1m", "every"],
    ["?stages=5,100&every=10", "every"],
    ["?stages=5,100&guard=generic", "guard"],
    ["?stages=5,100&guard=p99&guard=p99%20%3C%205ms", "guard"],
    ["?every=10m", "every"],
    ["?guard=p99", "guard"],
  ])("%s is refused, and named", async (query, key) => {
    const { routing, rollouts } = setUp();
    await routing.request("/routing", admin("PUT", TOML, "application/toml"));
    const refused = await routing.request(`/routing${query}`, admin("PUT", changed, "application/toml"));
    expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ key }] }]);
    expect(rollouts.view()).toBeUndefined();
  });
});

function pushOf(query: string, text: string) {
  return [`/routing${query}`, admin("PUT", text, "application/toml")] as const;
}

describe("while a rollout is on", () => {
  const changed = TOML.replace("deadline_ms = 250", "deadline_ms = 240");

  test("a second one is refused, and told what the first changes; a push for everybody ends it, and says so", async () => {
    const { routing, rollouts, onRouting } = setUp();
    await routing.request(...pushOf("", TOML));
    await routing.request(...pushOf("?stages=5,100&note=final", changed));
    const second = await routing.request(...pushOf("?stages=25,100", changed.replace("240", "230")));
    expect([second.status, await second.json()]).toMatchObject([
      409,
      {
        detail:
          "rollout r2 is on since 2027-01-15T12:00:00.000Z by admin (final): abort it first; nothing changed",
        errors: [{ key: "deadline_ms", reason: "was 250, and is now 240" }],
      },
    ]);
    expect(rollouts.published()?.id).toBe("r2");
    onRouting.mockImplementation(async ({ version }) => {
      await rollouts.superseded(version);
      return { published: true };
    });
    const pushed = await routing.request(...pushOf("", changed.replace("240", "220")));
    expect([pushed.status, await pushed.json()]).toMatchObject([
      200,
      {
        warnings: [
          "rollout r2 has ended by this push: nobody obeyed its version 2, and everybody obeys version 3 now",
        ],
      },
    ]);
  });

  test("of a push by stages and one for everybody at the same time the second is refused", async () => {
    for (const [first, second] of [
      ["?stages=5,100", ""],
      ["", "?stages=5,100"],
      ["?stages=5,100", "?stages=25,100"],
    ] as const) {
      const { routing } = setUp();
      await routing.request(...pushOf("", TOML));
      const answers = await Promise.all([
        routing.request(...pushOf(first, changed)),
        routing.request(...pushOf(second, changed.replace("240", "230"))),
      ]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      const refused = answers.find(({ status }) => status === 409);
      expect(await refused?.json()).toMatchObject({ errors: [{ key: "deadline_ms" }] });
    }
  });

  test("a stage that was announced when it ended is planned again, and holds from no time", async () => {
    const { routing } = setUp();
    await routing.request(...pushOf("", TOML));
    await routing.request(...pushOf("?stages=5,100", changed));
    const aborted = await routing.request("/routing/rollout/abort", admin("POST"));
    expect(await aborted.json()).toMatchObject({
      rollout: { state: "aborted", stages: [{ state: "planned", holdsFrom: null }, { holdsFrom: null }] },
    });
  });
});

test("of two pushes at the same time the second is told what the first has changed", async () => {
  const { routing } = setUp();
  await routing.request("/routing", admin("PUT", TOML, "application/toml"));
  const push = (mode: string) =>
    routing.request(
      "/routing",
      admin("PUT", TOML.replace('mode = "auto"', `mode = "${mode}"`), "application/toml"),
    );
  const answers = await Promise.all([push("force-cluster"), push("force-individual")]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const second = answers.find(({ status }) => status === 409);
  expect(await second?.json()).toMatchObject({
    detail: expect.stringContaining("version 2"),
    errors: [{ key: "mode", reason: expect.stringMatching(/^was "auto", and is now "force-/) }],
  });
  const late = await routing.request("/routing?expect=1", admin("PUT", TOML, "application/toml"));
  expect(late.status).toBe(409);
});

test.each(["PUT /routing", "POST /routing/check"])(
  "%s refuses a threshold that the origin cannot hold, and says what would hold it",
  async (route) => {
    const { database, routing, onRouting } = setUp();
    const [method = "", path = ""] = route.split(" ");
    const tooHigh = TOML.replace("threshold_per_s = 200", "threshold_per_s = 20000");
    const response = await routing.request(path, admin(method, tooHigh, "application/toml"));
    expect(response.status).toBe(400);
    const { errors: issues } = (await response.json()) as {
      errors: { key: string; line: number; reason: string }[];
    };
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ key: "bands[1].threshold_per_s" });
    expect(issues[0]?.line).toBe(1 + tooHigh.slice(0, tooHigh.indexOf("20000")).split("\n").length - 1);
    expect(issues[0]?.reason).toContain("MAX_IN_FLIGHT is 64, which holds 6910 a second");
    expect(onRouting).not.toHaveBeenCalled();
    expect(currentRoutingVersion(database)).toBe(0);
  },
);
