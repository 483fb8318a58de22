/** For tests: the calls of a few hundred actors over several nights. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { createCalendar, PLAIN_ROUTING } from "../src/traffic/calendar.ts";
import type { TrafficReport } from "../src/traffic/report-shape.ts";
import { trafficReport, type TrafficRequest } from "../src/traffic/traffic-report.ts";
import { recordSource, type TrafficRecord } from "../src/traffic/traffic-source.ts";

export const FIRST_DAY = "2026-09-01";
const FIRST_MS = Date.parse(FIRST_DAY);
const DAY_MS = 86_400_000;

export type Visit = {
  readonly user: string;
  /** The day, from 0. */
  readonly day: number;
  /** The minute of the UTC day. */
  readonly minute: number;
  readonly reads?: number;
  /** One further call for each of these categories. */
  readonly others?: readonly string[];
  readonly posts?: boolean;
  readonly network?: string;
  readonly agent?: string;
};

export function visit({
  user,
  day,
  minute,
  reads = 1,
  others = [],
  posts = false,
  network = "",
  agent = "",
}: Visit): TrafficRecord[] {
  const timeMs = FIRST_MS + day * DAY_MS + Math.floor(minute * 60) * 1000;
  const call = (category: string, method: "GET" | "POST", at: number): TrafficRecord => {
    return { timeMs: timeMs + at * 20_000, user, network, agent, category, method, count: 1 };
  };
  const categories = [...Array.from({ length: reads }, () => "homepage"), ...others];
  const gets = categories.map((category, at) => call(category, "GET", at));
  return posts ? [...gets, call("events", "POST", gets.length)] : gets;
}

/**
 * Viewers in the evening. Of every ten, one is an early riser and one a television that only opens the
 * homepage; of every hundred, one is a kiosk at night.
 */
export function viewers(count: number, days: number, seed: number): TrafficRecord[] {
  const draw = seededRandom(seed);
  const records: TrafficRecord[] = [];
  for (let day = 0; day < days; day += 1) {
    for (let viewer = 0; viewer < count; viewer += 1) {
      const user = `viewer-${viewer}`;
      const network = `10.0.${viewer >> 8}.${(viewer & 255) >> 1}`;
      const own = { user, day, network };
      if (viewer % 10 === 0 && draw() < 0.8) {
        records.push(...visit({ ...own, minute: 300 + 80 * draw(), others: ["playback"], posts: true }));
      } else if (viewer % 10 === 1) {
        records.push(...visit({ ...own, minute: 1080 + 300 * draw(), reads: 1 + Math.floor(2 * draw()) }));
      } else if (viewer % 100 === 2) {
        records.push(...visit({ ...own, minute: 150, reads: 6 }));
      } else if (draw() < 0.4) {
        const others = draw() < 0.8 ? ["movies", "playback"] : [];
        const reads = 1 + Math.floor(3 * draw());
        records.push(...visit({ ...own, minute: 1080 + 300 * draw(), reads, others, posts: draw() < 0.8 }));
      }
    }
  }
  return records;
}

/** Six reads each, within the same two hours of every night from `firstDay` on. */
export function scrapers(count: number, firstDay: number, days: number, seed: number): TrafficRecord[] {
  const draw = seededRandom(seed);
  const records: TrafficRecord[] = [];
  for (let day = firstDay; day < days; day += 1) {
    for (let scraper = 0; scraper < count; scraper += 1) {
      const network = `192.0.2.${scraper % 20}`;
      records.push(
        ...visit({ user: `scraper-${scraper}`, day, minute: 120 + 115 * draw(), reads: 6, network }),
      );
    }
  }
  return records;
}

export async function reportOf(
  records: readonly TrafficRecord[],
  days: number,
  request: Partial<Pick<TrafficRequest, "known" | "previous" | "homepages">> = {},
): Promise<TrafficReport> {
  const to = new Date(FIRST_MS + (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const calendar = createCalendar(FIRST_DAY, to, "UTC", [PLAIN_ROUTING]);
  const source = recordSource("calls", records);
  const { report } = await trafficReport({
    source,
    calendar,
    known: [],
    previous: [],
    homepages: [],
    ...request,
  });
  return report;
}
