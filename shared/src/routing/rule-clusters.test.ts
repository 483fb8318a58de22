import { describe, expect, test } from "vitest";
import { withPlaces } from "./parse-routing.ts";
import { unknownClusters } from "./file/unknown-clusters.ts";
import { ruleInForce, rulesWithoutCluster } from "./rule-clusters.ts";
import { clustersOfRules, parseRouting, type Routing } from "./routing.ts";

const KNOWN = ["generic", "esp", "esp.social", "bel.direct.no-affinity"];

function routing(rules: readonly object[], more: object = {}): Routing {
  const bands = [{ name: "all", from: "00:00", threshold_per_s: 1 }];
  const parsed = parseRouting({ time_zone: "UTC", bands, rules, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.routing;
}

function rule(then: string, more: object = {}): object {
  return { when: { team: "ESP" }, then, ...more };
}

describe("unknownClusters", () => {
  test.each([
    ["esp.socail", '; did you mean "esp.social"?'],
    ["esp.socials", '; did you mean "esp.social"?'],
    ["generc", '; did you mean "generic"?'],
    ["indvidual", '; did you mean "individual"?'],
    ["bel.direct.no-afinity", '; did you mean "bel.direct.no-affinity"?'],
    ["fra.email.deep", ""],
    ["x", ""],
  ])("says that there is no %s, and what is near to it", (then, hint) => {
    expect(unknownClusters(routing([rule("esp"), rule(then)]), KNOWN)).toEqual([
      {
        key: "rules[1].then",
        reason: `no cluster "${then}" in the index${hint} (to push it all the same: allow_unknown = true)`,
      },
    ]);
  });

  test("takes clusters of the index, generic, individual, and what allows for it", () => {
    const rules = [rule("esp"), rule("generic"), rule("individual"), rule("later", { allow_unknown: true })];
    expect(unknownClusters(routing(rules), KNOWN)).toEqual([]);
    expect(unknownClusters(routing([rule("later")], { allow_unknown: true }), KNOWN)).toEqual([]);
    const but = routing([rule("later", { allow_unknown: false })], { allow_unknown: true });
    expect(unknownClusters(but, KNOWN).map(({ key }) => key)).toEqual(["rules[0].then"]);
  });
});

test("a rule is in force while its cluster is in the index, or nobody knows", () => {
  const index = { byId: (id: string) => (id === "esp" ? { id, parent: undefined } : undefined) };
  const known = { kind: "cluster", cluster: "esp", rule: 0 } as const;
  const gone = { kind: "cluster", cluster: "gone", rule: 0 } as const;
  const everybody = { kind: "cluster", cluster: "generic", rule: 0 } as const;
  const individual = { kind: "individual", rule: 0 } as const;
  expect([known, gone, everybody, individual, undefined].map((one) => ruleInForce(one, index))).toEqual([
    known,
    undefined,
    everybody,
    individual,
    undefined,
  ]);
  expect(ruleInForce(gone, undefined)).toEqual(gone);
});

test("says which rules are not in force", () => {
  const rules = clustersOfRules(routing([rule("individual"), rule("gone"), rule("esp")]));
  expect(rulesWithoutCluster(rules, (id) => KNOWN.includes(id))).toEqual([
    {
      key: "rules[1].then",
      reason: 'no cluster "gone" in the index; the learned index decides for its visitors until there is one',
    },
  ]);
});

const TOML = `time_zone = "UTC"
# [[rules]]
# then = "commented"

[[rules]]
when = { team = "ESP" }
then = "a"

[[ rules ]]
then = "b" # the first key
[rules.when]
team = "BEL"

[[rules]]
[rules.when]
team = "FRA"
[holdout]
then = "no rule's"
`;

test("gives an issue of a file its place", () => {
  const issue = { key: "rules[1].then", reason: "x" };
  expect(withPlaces([issue], TOML, "toml")).toEqual([{ ...issue, line: 10, column: 8, length: 3 }]);
  const json = '{\n  "rules": [{}, {"then": "b"}]\n}';
  expect(withPlaces([issue], json, "json")).toEqual([{ ...issue, line: 2, column: 26, length: 3 }]);
});
