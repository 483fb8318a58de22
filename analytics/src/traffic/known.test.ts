import { describe, expect, test } from "vitest";
import { knownMatcher, parseKnown } from "./known.ts";

const TOML = `
[[known]]
name = "assessment"
kind = "security-assessment"
from = 2026-09-10T22:00:00Z
until = "2026-09-11T02:00:00Z"
networks = ["203.0.113.0/24", "2001:db8::/32", "AS64500"]
`;

describe("known traffic", () => {
  test("is a window and networks", () => {
    const parsed = parseKnown(TOML, "toml");
    if (!parsed.ok) throw new Error("is good");
    const networks = ["203.0.113.9", "203.0.114.9", "2001:db8:7::/48", "AS64500", "AS64501", ""];
    const match = knownMatcher(parsed.known, (number) => networks[number] ?? "");
    const inside = Date.parse("2026-09-11T01:59:59Z") / 1000;
    expect(networks.map((_, number) => match(number, inside))).toEqual([0, -1, 0, 0, -1, -1]);
    expect(match(0, inside + 1)).toBe(-1);
  });

  test("in a log of prefixes includes all of a wider prefix, and reports it", () => {
    const parsed = parseKnown(TOML.replace("203.0.113.0/24", "203.0.113.48/28"), "toml");
    if (!parsed.ok) throw new Error("is good");
    const networks = ["203.0.113.0/24", "203.0.112.0/24", "203.0.113.50", "203.0.113.9", "2001:db8:7::/48"];
    const wider: string[] = [];
    const match = knownMatcher(
      parsed.known,
      (number) => networks[number] ?? "",
      (entry, network) => wider.push(`${entry} ${network}`),
    );
    const inside = Date.parse("2026-09-11T01:59:59Z") / 1000;
    expect(networks.map((_, number) => match(number, inside))).toEqual([0, -1, 0, -1, 0]);
    expect(wider).toEqual(["0 203.0.113.0/24"]);
  });

  test("may be JSON, with or without its table", () => {
    const entry = {
      name: "a",
      from: "2026-09-10T22:00:00Z",
      until: "2026-09-11T02:00:00Z",
      networks: ["192.0.2.1"],
    };
    const expected = parseKnown(JSON.stringify({ known: [entry] }), "json");
    expect(expected).toMatchObject({
      ok: true,
      known: [{ name: "a", kind: "other", networks: ["192.0.2.1"] }],
    });
    expect(parseKnown(JSON.stringify([entry]), "json")).toEqual(expected);
  });

  test.each([
    ["[[known]]\nname = 1\n", "known[0].name"],
    [TOML.replace("2026-09-10T22:00:00Z", '"soon"'), "known[0].from"],
    [TOML.replace("0/24", "0/33"), "known[0].networks[0]"],
    [TOML.replace("2026-09-11T02", "2026-09-10T02"), "known[0].until"],
    ["[[known]", ""],
  ])("names what is wrong in %j", (text, key) => {
    const parsed = parseKnown(text, "toml");
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.key)).toContain(key);
  });
});
