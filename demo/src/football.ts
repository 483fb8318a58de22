/**
 * The World Cup as catalogue items: matches, replays, highlights, goal clips and team hubs. Nothing is
 * revealed early.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { iso } from "./clock.ts";
import { fnv1a } from "./random.ts";
import { WORLD_CUP, type Goal, type Match } from "./world-cup.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TOURNAMENT_ANNOUNCED_MS = Date.parse("2026-06-01T08:00:00Z");
const HIGHLIGHTS_AFTER_MS = 30 * MINUTE_MS;
const REPLAY_AFTER_MS = HOUR_MS;
const CLIP_AFTER_GOAL_MS = 4 * MINUTE_MS;
const HALF_TIME_MS = 15 * MINUTE_MS;

const TEAM_NAMES = new Map(WORLD_CUP.teams.map(({ code, name }) => [code, name]));

/**
 * Returns all 104 matches, replays and highlights for each from its end on, and clips of the goals scored so
 * far.
 */
export function footballItems(): Item[] {
  const hubs = WORLD_CUP.teams.map(({ code, name, group }) => ({
    ...football("hub", `hub-${code.toLowerCase()}`, name, [code]),
    description: `Everything about ${name}, group ${group}.`,
    publishedAt: iso(TOURNAMENT_ANNOUNCED_MS),
  }));
  return [...hubs, ...WORLD_CUP.matches.flatMap(itemsOfMatch)];
}

function itemsOfMatch(match: Match): Item[] {
  const { startsMs, endsMs } = timesOf(match);
  const teams = match.teams === undefined ? [] : [...match.teams];
  const suffix = [match.number, ...teams.map((code) => code.toLowerCase())].join("-");
  const matchId = `match-${suffix}`;
  const title = titleOf(match);
  const knownMs = announcedMs(match);
  const shared = { matchId, startsAt: iso(startsMs), endsAt: iso(endsMs) };
  const live: Item = {
    ...football("match", matchId, title, teams),
    ...shared,
    description: `${match.round}. ${match.ground}.`,
    ...publishedAt(knownMs),
    availableUntil: iso(endsMs),
    durationMin: (endsMs - startsMs) / MINUTE_MS,
  };
  const highlights: Item = {
    ...football("highlights", `highlights-${suffix}`, `${title}: highlights`, teams),
    matchId,
    description: `${match.round}. ${resultOf(match)}`,
    ...publishedAt(endsMs + HIGHLIGHTS_AFTER_MS),
    durationMin: 8,
  };
  const replay: Item = {
    ...football("replay", `replay-${suffix}`, `${title}: full match`, teams),
    matchId,
    description: `${match.round}. ${match.ground}.`,
    ...publishedAt(endsMs + REPLAY_AFTER_MS),
    durationMin: match.group === undefined ? 125 : 110,
  };
  return [live, highlights, replay, ...clipsOf(match, matchId, suffix, teams, title, startsMs)];
}

function clipsOf(
  match: Match,
  matchId: string,
  suffix: string,
  teams: string[],
  title: string,
  startsMs: number,
): Item[] {
  return (match.goals ?? []).map((goal) => {
    const [minute = 0, added = 0] = goal.minute.split("+").map(Number);
    const breaksMs = (minute > 45 ? HALF_TIME_MS : 0) + (minute > 90 ? HALF_TIME_MS / 3 : 0);
    const scoredMs = startsMs + (minute + added) * MINUTE_MS + breaksMs;
    const id = `clip-${suffix}-${toSignalValue(goal.player).toLowerCase()}-${minute}`;
    return {
      ...football("clip", id, `${goal.player}${howScored(goal)} ${goal.minute}' — ${title}`, teams),
      matchId,
      description: `Goal for ${TEAM_NAMES.get(goal.team) ?? goal.team}, ${match.round}.`,
      ...publishedAt(scoredMs + CLIP_AFTER_GOAL_MS),
      durationMin: 1,
    };
  });
}

function howScored({ own, penalty }: Goal): string {
  if (own === true) return " (own goal)";
  return penalty === true ? " (penalty)" : "";
}

function football(kind: Item["kind"], id: string, title: string, teams: string[]): Item {
  const hue = fnv1a(teams[0] ?? "world-cup") % 360;
  return { id, title, kind, genres: ["football"], teams, takenDown: false, hue };
}

function timesOf({ kickOff, group }: Match): { startsMs: number; endsMs: number } {
  const startsMs = Date.parse(kickOff);
  // A knock-out match may need extra time and penalties.
  return { startsMs, endsMs: startsMs + (group === undefined ? 3 : 2) * HOUR_MS };
}

/**
 * A knock-out pairing is announced when both teams' previous matches are over. All other fixtures are known
 * beforehand.
 */
function announcedMs(match: Match): number {
  const { teams, number } = match;
  if (teams === undefined || match.group !== undefined) return TOURNAMENT_ANNOUNCED_MS;
  const earlier = WORLD_CUP.matches.filter(
    (other) => other.number < number && other.teams?.some((team) => teams.includes(team)) === true,
  );
  return Math.max(...earlier.map((other) => timesOf(other).endsMs)) + 10 * MINUTE_MS;
}

function titleOf({ teams, round, number }: Match): string {
  if (teams !== undefined) return teams.map((code) => TEAM_NAMES.get(code) ?? code).join(" v. ");
  return round === "Semi-final" ? `Semi-final ${number - 100}` : round;
}

function resultOf({ teams, score, penalties }: Match): string {
  if (teams === undefined || score === undefined) return "The goals and the best chances.";
  const [home = "", away = ""] = teams.map((code) => TEAM_NAMES.get(code) ?? code);
  const shootOut = penalties === undefined ? "" : ` (${penalties[0]}–${penalties[1]} on penalties)`;
  return `${home} ${score[0]}–${score[1]} ${away}${shootOut}.`;
}

function publishedAt(ms: number): { publishedAt: string; availableFrom: string } {
  return { publishedAt: iso(ms), availableFrom: iso(ms) };
}
