import { describe, expect, it } from "vitest";
import { HorizontalAutoscaler } from "./autoscaler.ts";
import { strategyParameters } from "./flags.ts";

/** Instances with a target of 100 requests a second each, and at least 10 of them. */
const autoscaler = (given = {}) => new HorizontalAutoscaler(strategyParameters(given), 100, 10);

describe("HorizontalAutoscaler", () => {
  it("orders the load over the target, rounded up", () => {
    expect(autoscaler().sync(10, 1501, 0)).toBe(16);
  });

  it("changes nothing within the tolerance", () => {
    expect(autoscaler().sync(20, 2199, 0)).toBe(20);
    expect(autoscaler().sync(20, 2201, 0)).toBe(23);
  });

  it("at most doubles in one period", () => {
    const scaler = autoscaler();
    expect(scaler.sync(10, 100_000, 0)).toBe(20);
    expect(scaler.sync(20, 100_000, 15)).toBe(40);
  });

  it("counts the growth from the start of the period", () => {
    const scaler = autoscaler();
    expect(scaler.sync(10, 100_000, 0)).toBe(20);
    expect(scaler.sync(20, 100_000, 5)).toBe(20);
    expect(scaler.sync(20, 100_000, 14)).toBe(20);
    expect(scaler.sync(20, 100_000, 15)).toBe(40);
  });

  it("adds four instances when doubling would add fewer", () => {
    expect(new HorizontalAutoscaler(strategyParameters(), 100, 1).sync(1, 100_000, 0)).toBe(5);
  });

  it("takes instances away only when a whole stabilization window recommends so", () => {
    const scaler = autoscaler();
    expect(scaler.sync(40, 4000, 0)).toBe(40);
    expect(scaler.sync(40, 1500, 15)).toBe(40);
    expect(scaler.sync(40, 500, 299)).toBe(40);
    expect(scaler.sync(40, 500, 300)).toBe(15);
    expect(scaler.sync(15, 500, 315)).toBe(10);
  });

  it("keeps the fewest instances without any load", () => {
    expect(autoscaler({ hpaDownS: 0 }).sync(30, 0, 0)).toBe(10);
  });
});
