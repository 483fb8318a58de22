/**
 * Any number of users, each made from its number: latent tastes, heavy-tailed popularity, signals that follow
 * taste.
 */
import { DEVICES, ENTRY_PATHS, NO_SIGNALS, NONE, type Signals } from "@spillway/shared/signals/signals.ts";
import { createRandom, weightedTable, type Random } from "@spillway/demo/random.ts";
import type { HistoryEntry } from "@spillway/model/profile/history.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { TEAMS } from "./synthetic-catalogue.ts";
import {
  CAMPAIGNS,
  createTastes,
  EVENTS,
  playables,
  popularities,
  type Playable,
  type Taste,
} from "./synthetic-tastes.ts";

export type SyntheticUser = {
  readonly history: readonly HistoryEntry[];
  readonly signals: Signals;
  readonly visits: number;
};

export type SyntheticAudience = {
  readonly user: (number: number) => SyntheticUser;
  /** Something that the user had not played, drawn from the same taste. */
  readonly nextPlay: (number: number) => CatalogueEntry | undefined;
};

/** The home team's region, in two letters like a country's. */
const REGIONS = TEAMS.map((team) => team.slice(0, 2));
const DAY_MS = 24 * 3600 * 1000;
const MEAN_PLAYS = 30;
const MAX_PLAYS = 300;
const MEAN_AGE_MS = 40 * DAY_MS;
const MEAN_VISITS = 8;
const MAX_VISITS = 60;

/** The same for the same catalogue, seed and instant; shares and factors are invented, no measurement. */
export function syntheticAudience(
  catalogue: readonly CatalogueEntry[],
  seed: number,
  nowMs: number,
): SyntheticAudience {
  const random = createRandom(seed, "tastes");
  const played = playables(catalogue, nowMs);
  const popularity = popularities(played, random);
  const tastes = createTastes(played, popularity, random);
  const tasteTable = weightedTable(tastes, (_, at) => (at + 4) ** -0.7);
  const popular = weightedTable(played, (_, at) => popularity[at] ?? 0);
  const teamTable = weightedTable(TEAMS, (_, at) => (at + 1) ** -0.7);
  const itemsOfTeam = new Map(
    TEAMS.map((team) => [
      team,
      weightedTable(played, ({ item }, at) => (item.teams.includes(team) ? (popularity[at] ?? 0) : 0)),
    ]),
  );

  /** Who it is and what they may play: the same for every call. */
  const visitor = (number: number) => {
    const own = createRandom(seed, `user ${number}`);
    const taste = own.weighted(tasteTable) ?? tastes[0];
    const second = own.weighted(tasteTable) ?? tastes[0];
    const home = own.weighted(teamTable) ?? NONE;
    const fan = own.chance(taste?.football === true ? 0.9 : 0.35);
    const team = fan ? (own.chance(0.75) ? home : own.pick(TEAMS)) : NONE;
    const draw = (): Playable | undefined => {
      const part = own.next();
      if (part < 0.6) return own.weighted(taste?.items ?? popular);
      if (part < 0.75) return own.weighted(second?.items ?? popular);
      return own.weighted((part < 0.9 ? itemsOfTeam.get(team) : undefined) ?? popular);
    };
    return { own, taste, team, region: REGIONS[TEAMS.indexOf(home)] ?? NONE, draw };
  };

  const user = (number: number): SyntheticUser & { readonly draw: () => Playable | undefined } => {
    const { own, taste, team, region, draw } = visitor(number);
    const visits = Math.min(MAX_VISITS, 1 + Math.floor(own.exponential(MEAN_VISITS - 1)));
    const signals = { ...arrival(taste, own), team, region };
    const plays = Math.min(MAX_PLAYS, 1 + Math.floor(own.exponential(MEAN_PLAYS - 0.5)));
    const history = new Map<number, HistoryEntry>();
    for (let attempt = 0; history.size < plays && attempt < 3 * plays; attempt += 1) {
      const row = draw();
      if (row === undefined || history.has(row.seq)) continue;
      const timeMs = Math.max(row.publishedMs, nowMs - own.exponential(MEAN_AGE_MS));
      history.set(row.seq, { item: row.seq, weight: own.chance(0.9) ? 1 : 0.3 + 0.7 * own.next(), timeMs });
    }
    return { history: [...history.values()], signals, visits, draw };
  };
  return {
    user,
    nextPlay: (number) => {
      const { history, draw } = user(number);
      const known = new Set(history.map(({ item }) => item));
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const row = draw();
        if (row !== undefined && !known.has(row.seq)) return row;
      }
      return undefined;
    },
  };
}

/** How the latest visit came: half the time as the taste usually does. */
function arrival(taste: Taste | undefined, own: Random): Signals {
  const entry = own.chance(0.5) ? (taste?.entry ?? "direct") : own.pick(ENTRY_PATHS);
  const told = entry !== "direct" && entry !== "internal";
  return {
    ...NO_SIGNALS,
    entry,
    device: own.chance(0.5) ? (taste?.device ?? "tv") : own.pick(DEVICES),
    campaign:
      !told || own.chance(0.4)
        ? NONE
        : own.chance(0.6)
          ? (taste?.campaign ?? NONE)
          : `campaign-${own.int(CAMPAIGNS)}`,
    event:
      !told || own.chance(0.7) ? NONE : own.chance(0.6) ? (taste?.event ?? NONE) : `event-${own.int(EVENTS)}`,
  };
}
