/** What the synthetic log holds: how many of whom, when, and which piece of evidence its scrapers evade. */

export const VARIANTS = [
  "plain",
  "5-7 reads",
  "jittered window",
  "rotating IPs",
  "1 % fake clicks",
  "new ids every night",
] as const;
export type Variant = (typeof VARIANTS)[number];

export type Scenario = {
  /** The size relative to the published platform: 1 has 2.9 million viewers and 500,000 scraping ids. */
  readonly scale: number;
  readonly seed: number;
  readonly variant: Variant;
};

export const FULL_VIEWERS = 2_900_000;
export const FULL_SCRAPERS = 500_000;
export const NIGHTS = 30;
/** Nights before the first one of scraping. */
export const STEP_NIGHT = 14;
export const FIRST_DAY = "2026-09-01";
export const STEP_DAY = "2026-09-15";
/** The fifth night of scraping. */
export const FIFTH_DAY = "2026-09-19";
export const LAST_DAY = "2026-09-30";
export const DAY_S = 86_400;

/** Numbers of actors, one kind after the other: viewers, scrapers, the load test's ids, the burst's. */
export type Population = {
  readonly viewers: number;
  readonly scrapers: number;
  readonly testers: number;
  readonly bots: number;
};

export function population({ scale }: Scenario): Population {
  return {
    viewers: Math.round(FULL_VIEWERS * scale),
    scrapers: Math.round(FULL_SCRAPERS * scale),
    testers: Math.round(20_000 * scale),
    bots: Math.round(50_000 * scale),
  };
}

export const LOAD_TEST = {
  night: 9,
  startS: 22 * 3600,
  durationS: 2 * 3600,
  network: "198.51.100.0/24",
  toml: `[[known]]
name = "load test before the season"
kind = "performance-test"
from = 2026-09-10T22:00:00Z
until = 2026-09-11T00:00:00Z
networks = ["198.51.100.0/24"]
`,
} as const;

/** Fifteen minutes past four in the afternoon, for seven minutes. */
export const BURST = { night: 21, startS: 16 * 3600 + 900, durationS: 7 * 60 } as const;

/** Ids show nothing of who they belong to: a multiplication modulo 2³², which can be undone. */
const MULTIPLIER = 2_654_435_761;
const INVERSE = 244_002_641;

export function idOf(actor: number): string {
  return (Math.imul(actor, MULTIPLIER) >>> 0).toString(16).padStart(8, "0");
}

export function actorOf(id: string): number {
  return Math.imul(Number.parseInt(id, 16), INVERSE) >>> 0;
}
