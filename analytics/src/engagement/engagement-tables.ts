/** The engagement report as tables, the same in the terminal, in HTML and in the console. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import type { Engagement, EngagementReport, Lift } from "./engagement.ts";
import type { HoldoutLift } from "./holdout-lift.ts";
import type { Rate } from "./intervals.ts";

/** The most rows of the tables of clusters and of generations. */
const MAX_ROWS = 20;

const COUNTS = ["impressions", "clicks", "plays", "hides", "clicks / impression", "plays / impression"];

export function engagementTitle({ from, to, cluster, attribution }: EngagementReport): string {
  const days = from === to ? from : `${from} to ${to}`;
  const events = counted(eventsOf(attribution), "event");
  return `Engagement of ${days} (UTC)${cluster === null ? "" : `, cluster ${cluster}`}: ${events}`;
}

export function eventsOf(attribution: EngagementReport["attribution"]): number {
  return attribution.reduce((sum, { events }) => sum + events, 0);
}

export function pathsTable({ paths }: EngagementReport): Table {
  return tableOfCounts(
    ["served as"],
    paths.map((row) => [[pathName(row)], row]),
  );
}

export function pathName({ servedAs, holdout }: EngagementReport["paths"][number]): string {
  return servedAs + (holdout ? ", held out" : "");
}

export function clustersTable({ clusters }: EngagementReport): Table {
  return tableOfCounts(
    ["cluster", "served as"],
    shown(clusters, ({ cluster: id, servedAs }) => [id, servedAs]),
  );
}

export function generationsTable({ generations }: EngagementReport): Table {
  return tableOfCounts(
    ["cluster", "generation"],
    shown(generations, ({ cluster: id, generation }) => [id, generation === null ? "?" : String(generation)]),
  );
}

function shown<Row extends Engagement>(
  rows: readonly Row[],
  namesOf: (row: Row) => string[],
): [string[], Engagement][] {
  return rows.slice(0, MAX_ROWS).map((row) => [namesOf(row), row]);
}

/** Says what a table leaves out; empty where it has all rows. */
export function moreThan(rows: number, what: string): string[] {
  return rows > MAX_ROWS ? [`… and ${formatCount(rows - MAX_ROWS)} more ${what}: --json has them all.`] : [];
}

function tableOfCounts(heads: readonly string[], rows: readonly [readonly string[], Engagement][]): Table {
  return {
    head: [...heads, ...COUNTS],
    align: [...heads.map(() => "left" as const), ...COUNTS.map(() => "right" as const)],
    rows: rows.map(([names, { impressions, clicks, plays, hides, clickRate, playRate }]) => [
      ...names,
      formatCount(impressions),
      formatCount(clicks),
      formatCount(plays),
      formatCount(hides),
      rateText(clickRate),
      rateText(playRate),
    ]),
  };
}

function rateText(rate: Rate | null): string {
  if (rate === null) return "–";
  return `${formatShare(rate.rate)} (${percent(rate.low)}–${percent(rate.high)})`;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

export function attributionTable({ attribution }: EngagementReport): Table {
  const all = eventsOf(attribution);
  return {
    head: ["claim", "because", "events", "share"],
    align: ["left", "left", "right", "right"],
    rows: attribution.map((row) => [
      row.attribution,
      WORDS.get(row.reason) ?? row.reason,
      formatCount(row.events),
      formatShare(row.events / all),
    ]),
    note: "Contradicted and unknown claims count for their user, and for no path, cluster or page.",
  };
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["shown", "the page showed the item there"],
  ["incomplete", "right as far as it goes"],
  ["pins", "pins may have moved the item"],
  ["withheld", "titles above it were not for this viewer"],
  ["not-kept", "the page is older than those kept"],
  ["not-stored", "made for one visitor or query"],
  ["no-such-generation", "there is no such generation"],
  ["no-such-page", "there was no such page"],
  ["wrong-cluster", "the rung has no such cluster"],
  ["not-on-page", "the page did not show the item"],
  ["elsewhere-on-page", "the page showed the item elsewhere"],
  ["no-claim", "it does not say how its page was served"],
]);

export function liftTable({ holdout, observed }: EngagementReport): Table {
  if (holdout !== null) return holdoutTable(holdout);
  return {
    head: LIFT_HEADS,
    align: ["left", "left", "right"],
    rows: observed.map(({ of, against, lift }) => [of, against, liftText(lift)]),
    note:
      "No holdout (routing.toml): rungs differ by whom and when they served, and this is no lift." +
      "\n95 % intervals: rates by Wilson, ratios by Katz; both take impressions for independent, and one visitor's resemble each other: they are wider in truth.",
  };
}

const LIFT_HEADS = ["plays / impression", "against", "higher by"];

function holdoutTable({ holdout, sinceMs, lift, heldOutUsers, otherUsers }: HoldoutLift): Table {
  return {
    head: LIFT_HEADS,
    align: ["left", "left", "right"],
    rows: [
      [
        `${counted(otherUsers, "visitor")} not held out`,
        `${formatCount(heldOutUsers)} held out (${holdout.serve})`,
        liftText(lift),
      ],
    ],
    note:
      "Lots decide who is held out: all of either are compared, over all clusters, whatever they were served and claim," +
      `\nby events that arrived since ${new Date(sinceMs).toISOString()}, when this holdout began, in the days asked for.` +
      "\n95 % intervals: of lift by the delta method, which takes visitors for independent, not their impressions," +
      "\nand wants some hundred on either side; of rates by Wilson, which takes impressions for independent: those are wider in truth.",
  };
}

function liftText(lift: Lift | null): string {
  if (lift === null) return "–";
  return `${signed(lift.lift)} % (${signed(lift.low)} to ${signed(lift.high)})`;
}

function signed(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)}`;
}
