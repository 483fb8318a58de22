import { expect, test } from "vitest";
import { commandOf, readRehearsal, type Rehearsal } from "./parameters.ts";
import { rehearse } from "./rehearse.ts";

function asked(body: object): Rehearsal {
  const read = readRehearsal(body);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.rehearsal;
}

test("says which promise is broken, by how much, and how far it is by the work that is done", () => {
  const told: number[] = [];
  const { sentence, holds, view } = rehearse(
    asked({ scenario: "kickoff", thresholdPerSec: 100, peak: 20, maxInFlight: 1 }),
    (done, total) => told.push(done / total),
  );
  expect(holds).toBe(false);
  const broken = view.facts.filter(({ ok }) => ok === false).map(({ label }) => label);
  expect(broken).toContain("utilization while over");
  expect(sentence).toContain(`At 100 a second ${broken.length} of 7 promises of kickoff are broken (`);
  for (const label of broken) expect(sentence).toContain(`${label}: `);
  expect(sentence).toMatch(/utilization while over: \d\d\.\d\d %, at least 90\.00 %[;)]/);
  expect(sentence).toContain("set MAX_IN_FLIGHT to 4");
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  // Half of the seconds are the wall's, and nearly all of the work.
  expect(told[Math.floor(told.length / 4)]).toBeLessThan(0.05);
  expect(told.at(-1)).toBeLessThanOrEqual(1);
});

test("with who visits, it tells what a response is worth to whom", () => {
  const told: number[] = [];
  const { view } = rehearse(
    asked({ scenario: "origin-down", thresholdPerSec: 20, viewers: "new=0.3,cookie=0.5,tv=0.2" }),
    (done, total) => told.push(done / total),
  );
  expect(view.sections.map(({ heading }) => heading)).toContain("Answered individually by the origin");
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

test.each([
  [{ scenario: "kickoff" }, "pnpm rehearse --scenario kickoff"],
  [
    { scenario: "ramp", thresholdPerSec: 12.5, originInstances: 3, deadlineMs: 300, seed: 7 },
    "pnpm rehearse --scenario ramp --threshold 12.5 --origins 3 --deadline 300 --seed 7",
  ],
  [
    { scenario: "kickoff", armed: true, maxInFlight: 100, viewers: "new=1" },
    "pnpm rehearse --scenario kickoff --in-flight 100 --armed --viewers new=1",
  ],
  [{ scenario: "flap", armed: false }, "pnpm rehearse --scenario flap"],
  [{ scenario: "strategies", peak: 10 }, "pnpm rehearse --strategies"],
  [
    { scenario: "strategies", peak: 100, thresholdPerSec: 50 },
    "pnpm rehearse --strategies --threshold 50 --peak 100",
  ],
  [{ scenario: "day", thresholdPerSec: 5, seed: 2 }, "pnpm rehearse --scenario day --seed 2"],
  [
    { scenario: "flap", viewers: "new=0.5, tv=0.5" },
    "pnpm rehearse --scenario flap --viewers new=0.5,tv=0.5",
  ],
])("%j is %s in a terminal", (body, command) => {
  expect(commandOf(asked(body))).toBe(command);
});
