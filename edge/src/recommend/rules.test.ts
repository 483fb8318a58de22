/** Rules in force at the edge: what KV carries of them decides, and what is no rule is refused. */
import { reset } from "cloudflare:test";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { viewerText } from "../../test/test-viewer.ts";
import { putTailoringSite, readyEdge } from "../../test/worker/tailoring.ts";
import { putRouting } from "../../test/worker/test-edge.ts";

function home(user: string, more = ""): string {
  return `/recommendations?user=${user}&context=homepage${more}`;
}

function fan(user: string): Record<string, string> {
  const watched = [1, 2, 3];
  return { cookie: `team=BEL; spillway_viewer=${viewerText(user, inject("origin").token, { watched })}` };
}

/** The rung, the reason, and whose page. */
function served(response: Response): string {
  return (response.headers.get("spillway-served") ?? "").split(";").slice(0, 3).join(";");
}

/** As a push of this file would publish it. */
async function putRules(toml: string, more: object = {}): Promise<void> {
  const head = `time_zone = "UTC"\nbands = [{ name = "all day", from = "00:00", threshold_per_s = 100 }]\n`;
  const parsed = parseRoutingText(`${head}${toml}`, "toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  await putRouting({ rules: parsed.routing.rules, ...more });
}

beforeEach(() => putTailoringSite());
afterEach(reset);

test("tailored: the viewer's own page, and a stranger's cluster's page, without a question to the origin", async () => {
  await putRules(
    `[[rules]]\nname = "calm"\nif = 'team == "bel" && context == "homepage"'\nthen = "tailored"`,
  );
  const edge = await readyEdge("ok");
  const before = await edge.requests();
  expect(served(await edge.get(home("u42"), fan("u42")))).toBe('tailored;reason=rule;cluster="bel"');
  const stranger = await edge.get(home("u7"), { cookie: "team=BEL" });
  expect(served(stranger)).toBe('cluster;reason=rule;cluster="bel"');
  expect((await edge.requests()).length).toBe(before.length);
  // Whom the rule does not name is asked about.
  expect(served(await edge.get(home("u9")))).toMatch(/^individual;reason=admitted/);
});

test("an expression, a time, a context and a share decide as the file says", async () => {
  await putRules(`
[[rules]]
name = "over"
when = { team = "*" }
then = "individual"
until = 2020-01-01T00:00:00Z
[[rules]]
name = "live only"
when = { team = "BEL" }
contexts = ["live"]
then = "individual"
[[rules]]
name = "half"
if = '!(team in ["ESP", "none"]) && (entry == "ad" || campaign.startsWith("夏"))'
then = "generic"
share = 0.5
`);
  const edge = await readyEdge("ok");
  const users = Array.from({ length: 60 }, (_, at) => `visitor-${at}`);
  const kinds = async (query: string, team: string) =>
    Promise.all(
      users.map(async (user) => served(await edge.get(home(user, query), { cookie: `team=${team}` }))),
    );
  const drawn = await kinds("&utm_campaign=%E5%A4%8F%E7%A5%AD%E3%82%8A", "BEL");
  // On a busy machine the generic page may be read too late, and then the built-in one stands for it.
  const held = drawn.filter((kind) => /^(?:generic|builtin);reason=rule/.test(kind));
  expect(held.length).toBeGreaterThan(15);
  expect(held.length).toBeLessThan(45);
  // The same users again.
  const again = await kinds("&utm_medium=cpc&utm_source=google", "BEL");
  expect(again.map((kind) => kind.includes("reason=rule"))).toEqual(
    drawn.map((kind) => kind.includes("reason=rule")),
  );
  expect((await kinds("&utm_medium=cpc", "ESP")).filter((kind) => kind.includes("rule"))).toEqual([]);
});

test("a tree that is none is refused as a whole, and the rules before hold on", async () => {
  await putRules(`[[rules]]\nwhen = { team = "BEL" }\nthen = "bel"`);
  const edge = await readyEdge("ok");
  expect(served(await edge.get(home("u1"), { cookie: "team=BEL" }))).toMatch(/^cluster;reason=rule/);
  let deep: object = { field: "team", is: ["BEL"] };
  for (let level = 0; level < 2_000; level += 1) deep = { not: deep };
  for (const tree of [
    deep,
    { field: "user", is: ["u1"] },
    { all: [] },
    { matches: ".*" },
    { field: "team", is: [7] },
  ]) {
    await putRouting({ rules: [{ if: tree, then: "generic" }] });
    await expect
      .poll(async () => {
        await edge.get(home("u1"), { cookie: "team=BEL" });
        return edge.health();
      })
      .toMatchObject({
        lastFailures: { "kv-value": expect.stringContaining("routing.rules[0].if") as string },
      });
    expect(served(await edge.get(home("u1"), { cookie: "team=BEL" }))).toMatch(/^cluster;reason=rule/);
  }
});
