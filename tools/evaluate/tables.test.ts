import { describe, expect, test } from "vitest";
import { aboutLines } from "./about.ts";
import type { Evaluation } from "./evaluate.ts";
import { evaluationHtml, retentionChart } from "./html-report.ts";
import type { WarmRow } from "./median-rows.ts";
import { coldTable, warmTable } from "./tables.ts";

const figures = {
  ndcg100: 0.2,
  recall20: 0.3,
  ndcg10AsServed: 0.1,
  ndcg100AsServed: 0.1,
  recall20AsServed: 0.1,
};
const warm: WarmRow[] = [
  { model: "generic", ...figures, ndcg10: 0.1938, retention10AsServed: 0, retention10: 0 },
  {
    model: "cluster",
    clusters: 1000,
    ...figures,
    ndcg10: 0.337,
    retention10AsServed: 0.125,
    retention10: 0.75,
  },
  { model: "ease", ...figures, ndcg10: 0.3942, retention10AsServed: 1, retention10: 1 },
];
const evaluation: Evaluation = {
  warm,
  extra: [],
  cold: [
    {
      model: "team",
      clusters: 49,
      ndcg10: 0.1,
      ndcg100: 0.2,
      recall20: 0.3,
      liftOverGeneric: 1.234,
      ciLow: -0.5,
      ciHigh: 2,
      allMinusThis: { mean: -0.01, low: -0.02, high: 0.03 },
    },
  ],
  data: {
    warm: {
      file: "plays.csv",
      interactions: 1000,
      items: 30,
      trainingUsers: 40,
      testUsers: 10,
      usersAsGiven: false,
      itemsAsGiven: true,
      droppedTestUsers: 2,
      rows: 1001,
      duplicates: 1,
      reference: "ease",
      packBytes: 1_234_567,
      peakRssMiB: 100,
    },
  },
  settings: { clusters: [1000], minSupport: 2, seed: 1, seeds: 1, lambda: 300, threads: 2 },
  seconds: { total: 12.3 },
};

describe("what people read", () => {
  test("names the models, and gives what is served first, retention in per cent", () => {
    expect(warmTable(evaluation).rows[1]).toEqual([
      "cluster pages",
      "1,000",
      "0.1000",
      "12.5 %",
      "0.3370",
      "0.2000",
      "0.3000",
      "75.0 %",
    ]);
  });

  test("shows the range of several seeds beside their median", () => {
    const [row] = warm.slice(1);
    const seeds = { ...evaluation.settings, seeds: 2 };
    const given = { retention10AsServedSeeds: [0.1, 0.2], retention10Seeds: [0.7, 0.8] };
    const rows = [{ ...(row as WarmRow), ...given }];
    const cells = warmTable({ ...evaluation, settings: seeds, warm: rows }).rows[0];
    expect([cells?.[3], cells?.at(-1)]).toEqual(["12.5 % (10.0 to 20.0)", "75.0 % (70.0 to 80.0)"]);
  });

  test("shows a dash where nothing can be compared", () => {
    const rows = [{ ...(warm[0] as WarmRow), retention10: Number.NaN }];
    expect(warmTable({ ...evaluation, warm: rows }).rows[0]?.at(-1)).toBe("–");
  });

  test("gives the cold rows' intervals", () => {
    expect(coldTable(evaluation).rows).toEqual([
      [
        "by team alone",
        "49",
        "0.1000",
        "0.2000",
        "0.3000",
        "123 % (−50 to 200)",
        "−0.0100 (−0.0200 to 0.0300)",
      ],
    ]);
  });

  test("says what was left out, and which ids were numbered", () => {
    const text = aboutLines(evaluation).join("\n");
    expect(text).toContain("1 repeated row counts once");
    expect(text).toContain("Left out: 2 test users");
    expect(text).toContain("Packs at the edge: 1.23 MB.");
    expect(text).toContain("Ids of users are not all non-negative integers");
  });

  test("draws retention on a logarithmic axis between the generic and the individual page", () => {
    const { x, logX, lines, levels } = retentionChart(evaluation);
    expect({ x, logX, values: lines[0]?.values }).toEqual({ x: [1000], logX: true, values: [12.5] });
    expect(levels?.map(({ value }) => value)).toEqual([0, 100]);
  });

  test("draws no chart where individual personalization gains nothing", () => {
    const rows = warm.map((row) => ({ ...row, retention10AsServed: Number.NaN }));
    expect(evaluationHtml({ ...evaluation, warm: rows })).not.toContain("<svg");
  });

  test("writes one HTML file with the chart and both tables, and nothing to fetch or run", () => {
    const html = evaluationHtml(evaluation);
    expect(html.match(/<table/g)).toHaveLength(2);
    expect(html).toContain(">12.5 %</text>");
    expect(html.replaceAll(/http:\/\/www\.w3\.org\/[^"]*/g, "")).not.toMatch(
      /(src|href)=|https?:|@import|url\(|<script/,
    );
  });
});
