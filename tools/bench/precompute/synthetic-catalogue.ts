/**
 * A platform's catalogue of any size, invented: kinds, genres, teams, dates and windows in realistic shares.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { createRandom, weightedTable, type Random } from "@spillway/demo/random.ts";
import { GENRES, NAMES, PLACES } from "@spillway/demo/words.ts";
import { WORLD_CUP } from "@spillway/demo/world-cup.ts";

export const TEAMS = WORLD_CUP.teams.map(({ code }) => code);

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Items of one match: the match, its replay, highlights in two lengths, and clips. */
const CLIPS_PER_MATCH = 6;
const ITEMS_PER_MATCH = 4 + CLIPS_PER_MATCH;
/** The share of the catalogue that belongs to matches. */
const MATCH_SHARE = 0.25;
const LIBRARY = weightedTable(["movie", "series", "kids"] as const, (kind) =>
  kind === "movie" ? 55 : kind === "series" ? 30 : 15,
);

/** Exactly `count` items, the same for the same seed and instant. */
export function syntheticCatalogue(count: number, seed: number, nowMs: number): Item[] {
  const random = createRandom(seed, "catalogue");
  const matches = Math.floor((count * MATCH_SHARE) / ITEMS_PER_MATCH);
  const football = Array.from({ length: matches }, (_, at) => matchItems(at, random, nowMs)).flat();
  const hubs = TEAMS.slice(0, Math.max(0, count - football.length)).map(hub);
  const left = count - football.length - hubs.length;
  return [...hubs, ...football, ...Array.from({ length: left }, (_, at) => libraryItem(at, random, nowMs))];
}

function hub(team: string): Item {
  return {
    id: `hub-${team}`,
    title: `${team}: everything`,
    kind: "hub",
    genres: [],
    teams: [team],
    takenDown: false,
  };
}

/** Matches lie from 90 days ago to ten days ahead; before kick-off only the match itself can be shown. */
function matchItems(at: number, random: Random, nowMs: number): Item[] {
  const home = random.pick(TEAMS);
  const away = random.pick(TEAMS.filter((team) => team !== home));
  const startsMs = Math.floor(nowMs + (random.next() * 100 - 90) * DAY_MS);
  const endsMs = startsMs + 2 * HOUR_MS;
  const matchId = `match-${at}`;
  const about = { genres: [], teams: [home, away], matchId, takenDown: false };
  const afterwards = (kind: "replay" | "highlights" | "clip", name: string, delayMs: number): Item => ({
    ...about,
    id: `${matchId}-${name}`,
    title: `${home} v. ${away}: ${name}, ${random.pick(PLACES)}`,
    kind,
    publishedAt: iso(endsMs + delayMs),
    availableFrom: iso(endsMs + delayMs),
  });
  return [
    {
      ...about,
      id: matchId,
      title: `${home} v. ${away}, live from ${random.pick(PLACES)}`,
      kind: "match",
      startsAt: iso(startsMs),
      endsAt: iso(endsMs),
      availableUntil: iso(endsMs),
    },
    afterwards("replay", "full match", HOUR_MS),
    afterwards("highlights", "ten minutes", HOUR_MS / 4),
    afterwards("highlights", "three minutes", HOUR_MS / 12),
    ...Array.from({ length: CLIPS_PER_MATCH }, (_, clip) =>
      afterwards("clip", `goal ${clip + 1}`, HOUR_MS / 12),
    ),
  ];
}

/**
 * One in a hundred opens within the week, one in fifty closes within the month, one in two hundred was taken
 * down.
 */
function libraryItem(at: number, random: Random, nowMs: number): Item {
  const kind = random.weighted(LIBRARY) ?? "movie";
  const ageDays = random.chance(0.08) ? random.next() * 21 : random.next() * 5000;
  const published = iso(
    Math.floor(random.chance(0.01) ? nowMs + random.next() * 7 * DAY_MS : nowMs - ageDays * DAY_MS),
  );
  const first = random.pick(GENRES);
  const second = random.pick(GENRES);
  return {
    id: `${kind}-${at}`,
    title: `${random.pick(NAMES)} of ${random.pick(PLACES)} ${at}`,
    kind,
    genres: first === second || random.chance(0.35) ? [first] : [first, second],
    teams: [],
    description: `Invented for the benchmark: ${first}.`,
    publishedAt: published,
    availableFrom: published,
    ...(random.chance(0.02) && { availableUntil: iso(Math.floor(nowMs + random.next() * 30 * DAY_MS)) }),
    takenDown: random.chance(0.005),
    durationMin: 7 + random.int(140),
    hue: random.int(360),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
