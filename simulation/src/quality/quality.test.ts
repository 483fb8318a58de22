import { expect, test } from "vitest";
import { RUNGS, type Rung } from "../fleet/tally.ts";
import { qualityOf, tvTailoredShare } from "./quality.ts";

const RETENTION = { individual: 1, tailored: 0.9, cluster: 0.1, run: "by hand" };

function served(counts: Partial<Record<Rung, number>>): Record<Rung, number> {
  return Object.fromEntries(RUNGS.map((rung) => [rung, counts[rung] ?? 0])) as Record<Rung, number>;
}

const RUN = {
  new: served({ individual: 1, cluster: 8, generic: 1 }),
  cookie: served({ individual: 2, tailored: 6, cluster: 2 }),
  tv: served({ individual: 5, tailored: 4, parent: 1 }),
};

test("a response counts what its rung keeps for this viewer: a new one loses nothing by their cluster's page", () => {
  const { viewers, ...all } = qualityOf(RUN, RETENTION);
  expect(viewers.new.quality).toBeCloseTo(0.9);
  expect(viewers.cookie.quality).toBeCloseTo(0.2 + 0.54 + 0.02);
  expect(viewers.tv.quality).toBeCloseTo(0.5 + 0.36 + 0.01);
  expect(all.quality).toBeCloseTo((0.9 + 0.76 + 0.87) / 3);
  expect(all.individual).toBeCloseTo(8 / 30);
});

test("what tailoring is worth is told beside it, with and without the viewer map", () => {
  const { viewers } = qualityOf(RUN, RETENTION);
  expect([viewers.cookie.cookieOnly, viewers.cookie.untailored]).toEqual([
    viewers.cookie.quality,
    expect.closeTo(0.28),
  ]);
  expect([viewers.tv.cookieOnly, viewers.tv.untailored]).toEqual([
    expect.closeTo(0.55),
    expect.closeTo(0.55),
  ]);
});

test("nobody came: no quality, and no share of tailored pages for televisions", () => {
  const nobody = { new: served({}), cookie: served({}), tv: served({ individual: 3 }) };
  expect(qualityOf(nobody, RETENTION).viewers.new.quality).toBe(0);
  expect(tvTailoredShare(nobody)).toBeNull();
  expect(tvTailoredShare(RUN)).toBeCloseTo(0.8);
});
