import { describe, expect, test } from "vitest";
import { reportOf, scrapers, viewers, visit } from "../../test/synthetic-calls.ts";
import type { TrafficReport } from "./report-shape.ts";
import type { TrafficRecord } from "./traffic-source.ts";
import { trafficText } from "./traffic-text.ts";

const DAYS = 24;
const VIEWERS = viewers(600, DAYS, 1);
const TIZEN = "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) AppleWebKit/537.36 TV Safari/537.36";
const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";

type Screens = {
  /** The day from which a screen is there, from 0. */
  readonly since: (screen: number) => number;
  /** Minutes of the day at which it reads. */
  readonly minutes: (screen: number) => readonly number[];
  readonly agent: string;
  readonly count?: number;
};

/**
 * Screens that read the homepage at fixed times, the same number of times, each from a household's address.
 */
function screens({ since, minutes, agent, count = 300 }: Screens): TrafficRecord[] {
  return Array.from({ length: count }, (_, screen) =>
    Array.from({ length: DAYS - since(screen) }, (__, at) =>
      minutes(screen).flatMap((minute) =>
        visit({
          user: `screen-${screen}`,
          day: since(screen) + at,
          minute,
          agent,
          network: `198.18.${screen >> 8}.${screen & 255}`,
        }),
      ),
    ).flat(),
  ).flat();
}

const inOneWeek = (screen: number): number => 12 + (screen % 7);
const onOneDay = (): number => 12;
const inTheEvening = (screen: number): number[] =>
  [0, 30, 60, 90].map((later) => 1110 + (screen % 180) + later);
const roundTheClock = (screen: number): number[] =>
  [0, 1, 2, 3, 4, 5].map((turn) => (screen % 240) + 240 * turn);
const atThree = (screen: number): number[] => [0, 1, 2, 3, 4].map((turn) => 180 + (screen % 20) + turn);

function suspects({ suspects: all }: TrafficReport, prefix: string): number {
  return all.filter(({ user }) => user.startsWith(prefix)).length;
}

describe("1,500 new televisions that read the homepage at fixed times", () => {
  test.each<[string, Screens]>([
    [
      "in the evening, from one week on",
      { since: inOneWeek, minutes: inTheEvening, agent: TIZEN, count: 1500 },
    ],
    ["in the evening, all from one day on", { since: onOneDay, minutes: inTheEvening, agent: TIZEN }],
    ["round the clock", { since: inOneWeek, minutes: roundTheClock, agent: TIZEN }],
    ["at three at night", { since: onOneDay, minutes: atThree, agent: TIZEN }],
    [
      "in the evening, with their client's name",
      { since: inOneWeek, minutes: inTheEvening, agent: "okhttp/4.12.0" },
    ],
    ["in the evening, without an agent", { since: onOneDay, minutes: inTheEvening, agent: "" }],
    ["round the clock, without an agent", { since: inOneWeek, minutes: roundTheClock, agent: "" }],
    [
      "at three at night, without an agent, from one week on",
      { since: inOneWeek, minutes: atThree, agent: "" },
    ],
    [
      "in the evening, with a browser's name, from one week on",
      { since: inOneWeek, minutes: inTheEvening, agent: CHROME },
    ],
  ])("%s: nobody is listed, and the report says so", async (_, shape) => {
    const report = await reportOf([...VIEWERS, ...screens(shape)], DAYS);
    expect(report.suspects).toEqual([]);
    expect(report.undecided.ids).toBeGreaterThan(0.9 * (shape.count ?? 300));
    expect(trafficText(report)).toMatch(
      /Undecided: [\d,]+ \(agents: .*The evidence cannot tell, and none of them is listed/,
    );
  });

  test("beside scrapers, who are listed all the same", async () => {
    const tvs = screens({ since: inOneWeek, minutes: inTheEvening, agent: TIZEN });
    const report = await reportOf([...VIEWERS, ...tvs, ...scrapers(200, 12, DAYS, 2)], DAYS);
    expect([suspects(report, "scraper-"), suspects(report, "screen-"), suspects(report, "viewer-")]).toEqual([
      200, 0, 0,
    ]);
    expect(report.undecided).toMatchObject({ agents: { tv: report.undecided.ids } });
  });

  test("with browsers' names, beside scrapers with browsers' names", async () => {
    const tvs = screens({ since: inOneWeek, minutes: inTheEvening, agent: CHROME });
    const fleet = scrapers(600, 12, DAYS, 2).map((record) => ({ ...record, agent: CHROME }));
    const report = await reportOf([...VIEWERS, ...tvs, ...fleet], DAYS);
    expect([suspects(report, "scraper-"), suspects(report, "screen-")]).toEqual([600, 0]);
  });

  test("in a log that begins with them", async () => {
    const tvs = screens({ since: () => 0, minutes: roundTheClock, agent: TIZEN }).filter(
      ({ timeMs }) => timeMs < Date.parse("2026-09-06"),
    );
    const report = await reportOf([...viewers(600, 5, 1), ...tvs], 5);
    expect(suspects(report, "screen-")).toBe(0);
  });

  test("that an earlier report listed: they are cleared", async () => {
    const tvs = screens({ since: onOneDay, minutes: inTheEvening, agent: TIZEN });
    const report = await reportOf([...VIEWERS, ...tvs], DAYS, { previous: ["screen-7", "screen-8"] });
    expect(report.cleared.map(({ user }) => user)).toEqual(["screen-7", "screen-8"]);
  });
});

describe("scrapers that do as those televisions", () => {
  test.each<[string, Screens]>([
    [
      "browsers that all come on one night, in the evening",
      { since: onOneDay, minutes: inTheEvening, agent: CHROME },
    ],
    [
      "at three at night, without an agent, all on one night",
      { since: onOneDay, minutes: atThree, agent: "" },
    ],
    ["tools, in the evening", { since: inOneWeek, minutes: inTheEvening, agent: "python-requests/2.32.5" }],
  ])("%s: they are listed", async (_, shape) => {
    const report = await reportOf([...VIEWERS, ...screens(shape)], DAYS);
    expect(suspects(report, "screen-")).toBeGreaterThan(0.95 * (shape.count ?? 300));
    expect(suspects(report, "viewer-")).toBe(0);
  });
});
