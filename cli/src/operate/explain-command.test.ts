/** What `spillway explain` says is what the edge does. */
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { parseRouting } from "@spillway/shared/routing/routing.ts";
import { tasteGroupName } from "@spillway/shared/signals/taste-name.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { putClusterIndex } from "@spillway/store/state.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";
import type { Explanation } from "./explain-report.ts";

const ANIME = tasteGroupName("アニメ");
const HOME = "http://localhost:8787/recommendations";

function setUp(rules: readonly object[], environment: NodeJS.Dict<string> = {}) {
  const path = temporaryPath();
  const database = openForTest(path);
  const parsed = parseRouting({
    time_zone: "UTC",
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 10 }],
    rules,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  pushRouting(database, parsed.routing, "", undefined, 1);
  const nodes = [
    {
      id: "generic",
      parent: -1,
      split: {
        signal: "campaign" as const,
        branches: { "2026-xp5s3dsm3t": 1 },
        other: 2,
        texts: { "2026-xp5s3dsm3t": { text: "夏祭り-2026" } },
      },
    },
    { id: "campaign-2026-xp5s3dsm3t", parent: 0 },
    {
      id: "other-campaign",
      parent: 0,
      split: {
        signal: "affinity" as const,
        branches: { [ANIME]: 3 },
        texts: { [ANIME]: { text: "アニメ" } },
      },
    },
    { id: ANIME, parent: 2 },
  ];
  putClusterIndex(
    database,
    { index: { generation: 1, builtAt: "2026-07-10T00:00:00Z", nodes }, hash: "" },
    1,
  );
  const run = (query: string, ...args: string[]) =>
    runHere(["explain", `${HOME}?${query}`, ...args], { SPILLWAY_DATA: dirname(path), ...environment });
  return {
    say: async (query: string, ...args: string[]) => (await run(query, ...args)).stdout,
    explain: async (query: string, ...args: string[]) =>
      JSON.parse((await run(query, "--json", ...args)).stdout) as Explanation,
  };
}

test("shows texts beyond ASCII, of the request and of the clusters, and the rule that is written in one", async () => {
  const { explain, say } = setUp([{ when: { campaign: "冬祭り*" }, then: ANIME }]);
  const query = "utm_campaign=%E5%A4%8F%E7%A5%AD%E3%82%8A-2026";
  const summer = await explain(query);
  expect(summer.signals["campaign"]).toEqual({
    value: "2026-xp5s3dsm3t",
    text: "夏祭り-2026",
    from: "parameter utm_campaign",
  });
  expect(summer.clusters[0]).toMatchObject({
    id: "campaign-2026-xp5s3dsm3t",
    definition: "campaign=夏祭り-2026",
  });
  expect(await say(query)).toMatch(/^ {2}campaign {2}夏祭り-2026 \(2026-xp5s3dsm3t\) /m);
  const winter = await explain("utm_campaign=冬祭り-2026");
  expect(winter.rule).toEqual({ number: 1, name: "rule-1", then: ANIME, inForce: true });
  expect(winter.clusters.map(({ id, definition }) => [id, definition])).toEqual([
    [ANIME, "campaign=other, affinity=アニメ"],
    ["other-campaign", "campaign=other"],
    ["generic", "everybody"],
  ]);
  expect(winter.served.underThreshold).toBe(`cluster ${ANIME}, by the rule`);
  const taste = await explain("", "--profile", `${ANIME}.fresh.deep`);
  expect(taste.signals["affinity"]).toMatchObject({ value: ANIME, text: "アニメ" });
});

test("reads the context as the edge does", async () => {
  const { explain } = setUp([]);
  expect((await explain("user=u42&context=live?utm_source=x")).context).toBe("live");
  expect((await explain("context=undefined")).context).toBe("homepage");
  expect((await explain("context=radio")).served.underThreshold).toContain('404: "radio" is not a context');
});

test("says that a rule whose cluster has gone is not in force, and who decides", async () => {
  const { explain, say } = setUp([{ when: { team: "ESP" }, then: "long-gone" }]);
  const explained = await explain("team=ESP&utm_campaign=夏祭り-2026");
  expect(explained).toMatchObject({
    rule: { number: 1, then: "long-gone", inForce: false },
    clusters: [{ id: "campaign-2026-xp5s3dsm3t" }, { id: "generic" }],
    served: { underThreshold: "individual", overThreshold: "cluster campaign-2026-xp5s3dsm3t" },
  });
  expect(await say("team=ESP")).toContain(
    "Rule       number 1 matches; then long-gone, which is no cluster of the index; the learned index decides",
  );
});

test("counts the site's hosts and its payment services as the edge does", async () => {
  const { explain } = setUp([], {
    ALLOWED_ORIGINS: "https://app.example.com",
    OWN_HOSTS: "sport.example.org",
    RETURN_HOSTS: "cashier.example",
  });
  const entryFrom = async (referrer: string, ...args: string[]): Promise<unknown> =>
    (await explain("", "--referrer", referrer, ...args)).signals["entry"]?.value;
  expect(await entryFrom("https://app.example.com/")).toBe("internal");
  expect(await entryFrom("https://live.sport.example.org/")).toBe("internal");
  expect(await entryFrom("https://cashier.example/", "--cookie", "spillway_entry=ad")).toBe("ad");
  expect(await entryFrom("https://cashier.example/")).toBe("referral");
});
