/** How a synthetic visitor came: entry path, campaign, and the match or title that the link was about. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { NONE, type EntryPath } from "@spillway/shared/signals/signals.ts";
import { weightedTable, type Random, type WeightedTable } from "./random.ts";

export type Link = {
  readonly entry: EntryPath;
  readonly campaign: string;
  /** An item's id as a signal value. */
  readonly event: string;
  /** The item that `event` names. */
  readonly about?: Item;
};

export type LinkPlan = {
  readonly matches: WeightedTable<Item>;
  readonly titles: WeightedTable<Item>;
  readonly kidsTitles: WeightedTable<Item>;
};

type MatchCampaign = {
  readonly campaign: string;
  readonly matchId: string;
  readonly teams: readonly string[];
};
const MATCH_CAMPAIGNS: readonly MatchCampaign[] = [
  { campaign: "qf-fra-mar", matchId: "match-97-fra-mar", teams: ["FRA", "MAR"] },
  { campaign: "qf-esp-bel", matchId: "match-98-esp-bel", teams: ["ESP", "BEL"] },
  { campaign: "qf-nor-eng", matchId: "match-99-nor-eng", teams: ["NOR", "ENG"] },
  { campaign: "qf-arg-sui", matchId: "match-100-arg-sui", teams: ["ARG", "SUI"] },
];

/** The next match is advertised most. */
const MATCH_CAMPAIGN_TABLE = weightedTable(MATCH_CAMPAIGNS, (_, at) => [2, 5, 2, 2][at] ?? 0);

type EntryHabits = {
  /** The share of all visits, in percent. */
  readonly share: number;
  /** Probabilities that a link carries a campaign of this kind. */
  readonly match: number;
  readonly movies: number;
  readonly kids: number;
  /** Probabilities that a link without campaign is about one match or one title. */
  readonly aboutMatch: number;
  readonly aboutTitle: number;
};

const HABITS: Readonly<Record<EntryPath, EntryHabits>> = {
  direct: { share: 24, match: 0, movies: 0, kids: 0, aboutMatch: 0, aboutTitle: 0 },
  search: { share: 17, match: 0, movies: 0, kids: 0, aboutMatch: 0.3, aboutTitle: 0.2 },
  social: { share: 18, match: 0.2, movies: 0.05, kids: 0, aboutMatch: 0.4, aboutTitle: 0.1 },
  ad: { share: 12, match: 0.45, movies: 0.32, kids: 0.23, aboutMatch: 0, aboutTitle: 0 },
  email: { share: 9, match: 0.2, movies: 0.25, kids: 0.2, aboutMatch: 0, aboutTitle: 0.2 },
  push: { share: 9, match: 0.6, movies: 0.03, kids: 0.02, aboutMatch: 0.6, aboutTitle: 0 },
  referral: { share: 7, match: 0, movies: 0, kids: 0, aboutMatch: 0.15, aboutTitle: 0.15 },
  internal: { share: 4, match: 0, movies: 0, kids: 0, aboutMatch: 0, aboutTitle: 0 },
};
const ENTRY_TABLE = weightedTable(Object.keys(HABITS) as EntryPath[], (entry) => HABITS[entry].share);

const DAY_MS = 24 * 3600 * 1000;
const PROMOTED_WITHIN_MS = 5 * DAY_MS;
const PROMOTED_TITLES = 8;

/** The share of a fan's links about a match that are about a match of their own team, when there is one. */
const OWN_TEAM_SHARE = 0.75;

/** The weight of titles in order, the most promoted one first. */
function zipf(_: Item, at: number): number {
  return 1 / (at + 1);
}

export function planLinks(items: readonly Item[], nowMs: number): LinkPlan {
  const distanceMs = (item: Item): number => Math.abs(Date.parse(item.startsAt ?? "") - nowMs);
  const matches = items.filter(
    (item) => item.kind === "match" && item.teams.length > 0 && distanceMs(item) < PROMOTED_WITHIN_MS,
  );
  const newest = (...kinds: Item["kind"][]): Item[] =>
    items
      .filter(({ kind, publishedAt = "" }) => kinds.includes(kind) && Date.parse(publishedAt) <= nowMs)
      .toSorted((a, b) => (b.publishedAt ?? "").localeCompare(a.publishedAt ?? ""))
      .slice(0, PROMOTED_TITLES);
  return {
    matches: weightedTable(matches, (item) => 2 ** (-distanceMs(item) / DAY_MS)),
    titles: weightedTable(newest("movie", "series"), zipf),
    kidsTitles: weightedTable(newest("kids"), zipf),
  };
}

/** `team` is the favourite team of the visitor. `none` makes links that are independent of their visitor. */
export function drawLink(random: Random, plan: LinkPlan, team: string): Link {
  const entry = random.weighted(ENTRY_TABLE) ?? "direct";
  const { match, movies, kids, aboutMatch, aboutTitle } = HABITS[entry];
  const kind = random.next();
  if (kind < match) {
    const { campaign, matchId } = drawCampaign(random, team);
    return linkAbout(
      entry,
      campaign,
      random.chance(0.7) ? plan.matches.entries.find(({ id }) => id === matchId) : undefined,
    );
  }
  if (kind < match + movies) {
    return linkAbout(entry, "summer-movies", random.chance(0.3) ? random.weighted(plan.titles) : undefined);
  }
  if (kind < match + movies + kids) {
    return linkAbout(
      entry,
      "kids-holidays",
      random.chance(0.3) ? random.weighted(plan.kidsTitles) : undefined,
    );
  }
  const about = random.next();
  if (about < aboutMatch) return linkAbout(entry, NONE, drawMatch(random, plan, team));
  return linkAbout(entry, NONE, about < aboutMatch + aboutTitle ? random.weighted(plan.titles) : undefined);
}

function drawCampaign(random: Random, team: string): MatchCampaign {
  const own = MATCH_CAMPAIGNS.find(({ teams }) => teams.includes(team));
  if (own !== undefined && random.chance(OWN_TEAM_SHARE)) return own;
  return random.weighted(MATCH_CAMPAIGN_TABLE) ?? random.pick(MATCH_CAMPAIGNS);
}

function drawMatch(random: Random, plan: LinkPlan, team: string): Item | undefined {
  const own = plan.matches.entries.filter(({ teams }) => teams.includes(team));
  return own.length > 0 && random.chance(OWN_TEAM_SHARE) ? random.pick(own) : random.weighted(plan.matches);
}

function linkAbout(entry: EntryPath, campaign: string, about: Item | undefined): Link {
  if (about === undefined) return { entry, campaign, event: NONE };
  return { entry, campaign, event: toSignalValue(about.id).toLowerCase(), about };
}
