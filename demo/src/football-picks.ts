/**
 * Chooses the football item that a synthetic visitor plays: one of their team, its rivals, the link's topic,
 * or a popular one.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { NONE } from "@spillway/shared/signals/signals.ts";
import type { Link } from "./links.ts";
import { weightedTable, type Random, type WeightedTable } from "./random.ts";
import { followersOf, rivalsOf, teamsOfRegion, type Visitor } from "./visitors.ts";

/** Maps a kind, a kind and a team, or a kind and a match to items with their popularity. */
export type FootballPools = ReadonlyMap<string, WeightedTable<Item>>;

const DAY_MS = 24 * 3600 * 1000;
const POPULARITY_HALF_LIFE_MS = 8 * DAY_MS;
const FOOTBALL_KINDS: ReadonlySet<Item["kind"]> = new Set(["match", "replay", "highlights", "clip", "hub"]);

const ABOUT_LINK_SHARE = 0.45;
const OWN_TEAM_SHARE = 0.72;
const RIVALS_SHARE = 0.12;
const HOME_TEAM_SHARE = 0.35;

/** `items` are those that could have been played already. `random` decides which clips are widely shared. */
export function footballPools(items: readonly Item[], nowMs: number, random: Random): FootballPools {
  const members = new Map<string, { item: Item; popularity: number }[]>();
  const add = (key: string, item: Item, popularity: number): void => {
    const list = members.get(key);
    if (list === undefined) members.set(key, [{ item, popularity }]);
    else list.push({ item, popularity });
  };
  for (const item of items) {
    if (!FOOTBALL_KINDS.has(item.kind)) continue;
    const ageMs = Math.max(0, nowMs - Date.parse(item.publishedAt ?? item.startsAt ?? ""));
    const randomFactor = 0.3 + 2.5 * random.next() ** 3;
    const popularity =
      randomFactor * (0.15 + 2 ** (-(Number.isFinite(ageMs) ? ageMs : 0) / POPULARITY_HALF_LIFE_MS));
    add(item.kind, item, popularity * item.teams.reduce((sum, team) => sum + followersOf(team), 0.02));
    for (const team of item.teams) add(`${item.kind} ${team}`, item, popularity);
    if (item.matchId !== undefined) add(`${item.kind} ${item.matchId}`, item, popularity);
  }
  return new Map(
    [...members].map(([key, list]) => [
      key,
      weightedTable(
        list.map(({ item }) => item),
        (_, at) => list[at]?.popularity ?? 0,
      ),
    ]),
  );
}

/** Undefined when there is no item of that kind. */
export function pickFootball(
  random: Random,
  pools: FootballPools,
  kind: Item["kind"],
  visitor: Visitor,
  link: Link | undefined,
): Item | undefined {
  const focus = focusOf(random, visitor, link);
  const own = focus === undefined ? undefined : pools.get(`${kind} ${focus}`);
  const table = own ?? pools.get(kind);
  return table === undefined ? undefined : random.weighted(table);
}

/** Returns the code of a team or the id of a match, or undefined for neither. */
function focusOf(random: Random, { team, region }: Visitor, link: Link | undefined): string | undefined {
  const about = link?.about;
  if (about?.kind === "match" && random.chance(ABOUT_LINK_SHARE)) {
    // A visitor who follows a link to a match watches that match, or earlier items of its two teams.
    return random.chance(0.3) ? about.matchId : random.pick(about.teams);
  }
  const draw = random.next();
  if (team === NONE) return draw < HOME_TEAM_SHARE ? teamsOfRegion(region)[0] : undefined;
  if (draw < OWN_TEAM_SHARE) return team;
  const rivals = rivalsOf(team);
  return draw < OWN_TEAM_SHARE + RIVALS_SHARE && rivals.length > 0 ? random.pick(rivals) : undefined;
}
