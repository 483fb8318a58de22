/** Files from before rules had names, times and expressions mean what they meant. */
import { expect, test } from "vitest";
import { inputOf } from "../../../test/rule-input.ts";
import { oldRules } from "../../../test/old-rules.ts";
import { seededRandom } from "../../seeded-random.ts";
import { textFormsOf, toSignalValue } from "../../signals/signal-value.ts";
import { DEPTHS, DEVICES, ENTRY_PATHS, NONE, RECENCIES, type Signals } from "../../signals/signals.ts";
import { compileRouting, parseRouting } from "../routing.ts";

const FILES = 200;
const TUPLES_A_FILE = 500;

const TEAMS = [NONE, "ESP", "BEL", "FRA", "ES2", "BR"];
const REGIONS = [NONE, "ES", "US", "GB", "PT"];
const TEXTS = [
  "qf-esp-bel",
  "qf-fra",
  "QF 2026",
  "夏祭り-2026",
  "夏祭り",
  "Straße",
  "été-2026",
  "summer",
  "sum",
  "s",
  "none",
  "決勝",
  "a very long campaign whose text does not fit into a value of 48 characters",
];
const TASTES = [NONE, "crime_12", "crime_1", "crime-2_1", "crime", "y6svd4bbxn_3", "sci-fi_4"];

function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

function anyPattern(random: () => number, values: readonly string[]): string {
  const value = pick(random, values);
  const style = random();
  if (style < 0.05) return "*";
  if (style < 0.35)
    return `${Array.from(value)
      .slice(0, 1 + Math.floor(random() * 4))
      .join("")}*`;
  if (style < 0.45) return value.toUpperCase();
  if (style < 0.5 && values.includes(NONE)) return NONE;
  return value;
}

const VALUES: readonly (readonly [name: string, values: readonly string[], chance: number])[] = [
  ["team", TEAMS, 0.25],
  ["entry", ENTRY_PATHS, 0.25],
  ["campaign", TEXTS, 0.3],
  ["event", TEXTS, 0.15],
  ["affinity", TASTES, 0.2],
  ["recency", RECENCIES, 0.1],
  ["depth", DEPTHS, 0.1],
  ["device", DEVICES, 0.1],
  ["region", REGIONS, 0.15],
];

function anyRule(random: () => number): { when: Record<string, string | string[]>; then: string } {
  const when: Record<string, string | string[]> = {};
  while (Object.keys(when).length === 0) {
    for (const [name, values, chance] of VALUES) {
      if (random() > chance) continue;
      const one = (): string => anyPattern(random, values);
      when[name] = random() < 0.4 ? [one(), one(), one()].slice(0, 1 + Math.floor(random() * 3)) : one();
    }
  }
  return { when, then: pick(random, ["individual", "generic", "esp", "esp.social"]) };
}

function anySignals(random: () => number): Signals {
  const [campaign, event] = [pick(random, TEXTS), pick(random, TEXTS)];
  const isTold = random() < 0.7;
  return {
    team: pick(random, TEAMS),
    entry: pick(random, ENTRY_PATHS),
    campaign: isTold ? toSignalValue(campaign).toLowerCase() : NONE,
    event: isTold ? toSignalValue(event).toLowerCase() : NONE,
    affinity: pick(random, TASTES),
    recency: pick(random, RECENCIES),
    depth: pick(random, DEPTHS),
    device: pick(random, DEVICES),
    region: pick(random, REGIONS),
    ...(isTold && { texts: { campaign: textFormsOf(campaign), event: textFormsOf(event) } }),
  };
}

test("100,000 requests under 200 files of rules are decided by the rules that decided before", () => {
  const random = seededRandom(15);
  let [decided, differences] = [0, 0];
  for (let file = 0; file < FILES; file += 1) {
    const rules = Array.from({ length: 1 + Math.floor(random() * 30) }, () => anyRule(random));
    const bands = [{ name: "all day", from: "00:00", threshold_per_s: 1 }];
    const parsed = parseRouting({ time_zone: "UTC", bands, rules });
    if (!parsed.ok) throw new Error(JSON.stringify([parsed.issues, rules]));
    const before = oldRules(rules);
    const now = compileRouting({ version: 1, routing: parsed.routing });
    for (let tuple = 0; tuple < TUPLES_A_FILE; tuple += 1) {
      const signals = anySignals(random);
      const [old, outcome] = [before(signals), now.rules.outcomeFor(inputOf({ signals }))];
      if (old !== undefined) decided += 1;
      if (old !== outcome?.rule) differences += 1;
    }
  }
  expect(differences).toBe(0);
  // Neither all nor none of them, so that both answers are tried.
  expect(decided).toBeGreaterThan(0.3 * FILES * TUPLES_A_FILE);
  expect(decided).toBeLessThan(0.95 * FILES * TUPLES_A_FILE);
});
