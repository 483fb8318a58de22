import { describe, expect, test } from "vitest";
import { parseRouting, type PublishedRouting } from "@spillway/shared/routing/routing.ts";
import { createRoutingGate, type RoutingGateOptions } from "./routing-gate.ts";

const ALL_DAY = [{ name: "all day", from: "00:00", threshold_per_s: 100 }];

function routing(fields: object, version = 1): PublishedRouting {
  const parsed = parseRouting({ time_zone: "UTC", bands: ALL_DAY, ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return { version, routing: parsed.routing };
}

/** A gate whose clocks the test sets. */
function gateOf(fields: object = {}, options: Partial<RoutingGateOptions> = {}) {
  const clock = { wallMs: Date.parse("2026-07-10T12:00:00Z"), monotonicMs: 0 };
  const gate = createRoutingGate(routing(fields), {
    maxInFlight: 1_000_000,
    instances: 1,
    wallMs: () => clock.wallMs,
    monotonicMs: () => clock.monotonicMs,
    draw: () => 0.5,
    ...options,
  });
  /** So many requests, evenly over a second that begins now; returns how many were admitted. */
  const offer = (perSec: number): number => {
    let admitted = 0;
    for (let at = 0; at < perSec; at += 1) {
      if (gate.request().gate.admitted) {
        admitted += 1;
        gate.release();
      }
      clock.monotonicMs += 1000 / perSec;
    }
    return admitted;
  };
  return { gate, clock, offer };
}

const OVER = { admitted: false, reason: "over-threshold" };

describe("the gate", () => {
  test("admits a second's threshold, and two hundredths more at most however many ask", () => {
    const { gate, clock, offer } = gateOf();
    expect(offer(100)).toBe(100);
    clock.monotonicMs += 10_000;
    expect(offer(1000)).toBe(102);
    expect(gate.figures().admittedPeakPerSec).toBe(102);
  });

  test("keeps on admitting the threshold in every second that follows", () => {
    const { offer } = gateOf();
    offer(1000);
    for (let second = 0; second < 5; second += 1) expect(Math.abs(offer(1000) - 100)).toBeLessThanOrEqual(2);
  });

  test("admits no more at a time than may be in flight, until one is released", () => {
    const { gate } = gateOf({}, { maxInFlight: 2 });
    expect([gate.request().gate, gate.request().gate, gate.request().gate]).toEqual([
      { admitted: true },
      { admitted: true },
      { admitted: false, reason: "in-flight" },
    ]);
    gate.release();
    expect(gate.request().gate).toEqual({ admitted: true });
  });

  test("holds an instance's part of the threshold", () => {
    const { gate, offer } = gateOf({}, { instances: 4 });
    expect(gate.figures().thresholdPerSec).toBe(25);
    expect(offer(1000)).toBe(26);
  });

  test("switches to the next band at its minute, in the operator's zone, and to yesterday's before the first", () => {
    const { gate, clock } = gateOf({
      time_zone: "Europe/Madrid",
      bands: [
        { name: "evening", from: "18:00", threshold_per_s: 5 },
        { name: "day", from: "08:00", threshold_per_s: 200 },
      ],
    });
    const thresholdAt = (time: string): number | undefined => {
      clock.wallMs = Date.parse(`2026-07-10T${time}Z`);
      return gate.figures().thresholdPerSec;
    };
    expect(["05:59:59", "06:00:00", "15:59:59.999", "16:00:00", "23:00:00"].map(thresholdAt)).toEqual([
      5, 200, 200, 5, 5,
    ]);
  });

  test("applies the band of the very request, without being told", () => {
    const { gate, clock } = gateOf({
      bands: [
        { name: "none", from: "18:00", threshold_per_s: 0 },
        { name: "day", from: "08:00", threshold_per_s: 100 },
      ],
    });
    expect(gate.request().gate.admitted).toBe(true);
    clock.wallMs = Date.parse("2026-07-10T18:00:00Z");
    expect(gate.request().gate).toEqual(OVER);
  });

  test("lets nobody in when forced to cluster pages, and all when forced to individual ones", () => {
    const { gate, offer } = gateOf({ mode: "force-cluster" });
    expect(offer(50)).toBe(0);
    expect(gate.figures().thresholdPerSec).toBe(0);
    gate.apply(routing({ mode: "force-individual" }, 2));
    expect(gate.figures().thresholdPerSec).toBeUndefined();
    expect(offer(5000)).toBe(5000);
    expect([gate.routing().version, gate.mode()]).toEqual([2, "force-individual"]);
  });

  test("obeys an override until its time is over, and then the routing again, without being told", () => {
    const { gate, clock, offer } = gateOf();
    const untilMs = clock.wallMs + 60_000;
    gate.apply({ ...routing({}), override: { mode: "force-cluster", untilMs } });
    expect([gate.mode(), offer(50)]).toEqual(["force-cluster", 0]);
    clock.wallMs = untilMs - 1;
    expect(offer(50)).toBe(0);
    clock.wallMs = untilMs;
    clock.monotonicMs += 10_000;
    expect([gate.mode(), offer(100)]).toEqual(["auto", 100]);
  });

  test("gives nobody a burst when routing is pushed", () => {
    const { gate } = gateOf();
    while (gate.request().gate.admitted) gate.release();
    gate.apply(routing({}, 2));
    expect(gate.request().gate).toEqual(OVER);
    gate.apply(routing({ bands: [{ ...ALL_DAY[0], threshold_per_s: 1000 }] }, 3));
    expect(gate.request().gate).toEqual(OVER);
    expect(gate.figures().thresholdPerSec).toBe(1000);
  });

  test("admits less while the event loop runs late, and all again when it does not", () => {
    const { gate, clock, offer } = gateOf();
    for (let at = 0; at < 10; at += 1) gate.observeDelay(100);
    const { bearableShare, thresholdPerSec } = gate.figures();
    expect(bearableShare).toBeLessThan(0.5);
    expect(thresholdPerSec).toBe(100 * bearableShare);
    clock.monotonicMs += 10_000;
    expect(offer(1000)).toBeLessThan(50);
    for (let at = 0; at < 100; at += 1) gate.observeDelay(0);
    expect(gate.figures().bearableShare).toBe(1);
  });

  test("credits an isolate that reports, by the demand of all: open below the threshold, a share above", () => {
    const { gate, clock } = gateOf();
    const report = { isolate: "i1", demandPerSec: 1000, arrivals: 10, collapsed: false };
    expect(gate.request().credit).toBeUndefined();
    expect(gate.request(report).credit).toEqual({ kind: "open" });
    for (let at = 0; at < 1500; at += 1) {
      clock.monotonicMs += 2;
      gate.request(report);
    }
    const { credit } = gate.request(report);
    expect(credit).toMatchObject({ kind: "share" });
    const figures = gate.figures();
    expect(figures.isolates).toBe(1);
    expect(figures.creditedPerSec).toBe(credit?.kind === "share" ? credit.ratePerSec : undefined);
    expect(figures.offeredPerSec).toBeGreaterThan(490);
    expect(figures.offeredPerSec).toBeLessThanOrEqual(500);
    expect(figures.demandPerSec).toBeGreaterThan(figures.offeredPerSec);
  });
});
