/**
 * Reduces openfootball's World Cup 2026 (CC0) to the facts the demo needs: `node
 * tools/scripts/reduce-worldcup.ts <dir>`, where <dir> holds worldcup.json, worldcup.teams.json and
 * worldcup.stadiums.json. Of matches that kick off after the demo's "now" neither scores nor goals are kept,
 * nor who reached the semi-finals: what is not there cannot be given away.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_NOW_MS } from "@spillway/demo/clock.ts";
import type { Goal, Match, Team } from "@spillway/demo/world-cup.ts";

type SourceGoal = { name: string; minute: string; owngoal?: boolean; penalty?: boolean };
type SourceMatch = {
  round: string;
  num?: number;
  group?: string;
  date: string;
  time: string;
  team1: string;
  team2: string;
  ground: string;
  score: { ft: [number, number]; et?: [number, number]; p?: [number, number] };
  goals1?: SourceGoal[];
  goals2?: SourceGoal[];
};
type SourceTeam = { name: string; fifa_code: string; group: string };
type SourceStadium = { city: string; name: string };

const TARGET = new URL("../../demo/src/worldcup-2026.json", import.meta.url);
const ROUNDS_WITH_KNOWN_TEAMS = /^(Matchday|Round of|Quarter-final)/;

const dir = process.argv[2];
if (dir === undefined) {
  console.error("usage: node tools/scripts/reduce-worldcup.ts <dir with worldcup.json>");
  process.exit(2);
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(dir ?? ".", name), "utf8"));
}

const sourceTeams = read("worldcup.teams.json") as SourceTeam[];
const codes = new Map(sourceTeams.map(({ name, fifa_code }) => [name, fifa_code]));
const stadiums = new Map(
  (read("worldcup.stadiums.json") as { stadiums: SourceStadium[] }).stadiums.map(({ city, name }) => [
    city,
    name,
  ]),
);

function known(map: ReadonlyMap<string, string>, name: string, what: string): string {
  const value = map.get(name);
  if (value === undefined) throw new Error(`worldcup.json: ${what} "${name}" is in no other file`);
  return value;
}

/** `13:00 UTC-6` on a date → ISO 8601 in UTC. */
function kickOffOf({ date, time }: SourceMatch): string {
  const parts = /^(\d\d:\d\d) UTC([+-]\d+)$/.exec(time);
  if (parts === null) throw new Error(`worldcup.json: cannot read time "${time}" on ${date}`);
  const utcMs = Date.parse(`${date}T${parts[1]}:00Z`) - Number(parts[2]) * 3600 * 1000;
  return new Date(utcMs).toISOString().replace(".000", "");
}

function goalsOf(team: string, goals: readonly SourceGoal[] = []): Goal[] {
  return goals.map(({ name, minute, owngoal, penalty }) => ({
    team,
    player: name,
    minute,
    ...(owngoal === true && { own: true }),
    ...(penalty === true && { penalty: true }),
  }));
}

function reduced(source: SourceMatch, number: number): Match {
  const kickOff = kickOffOf(source);
  const group = source.group?.replace("Group ", "");
  const head = {
    number,
    round: group === undefined ? source.round : `Group ${group}`,
    ...(group !== undefined && { group }),
    kickOff,
    ground: `${known(stadiums, source.ground, "ground")}, ${source.ground}`,
  };
  if (!ROUNDS_WITH_KNOWN_TEAMS.test(source.round)) return head;
  const teams = [known(codes, source.team1, "team"), known(codes, source.team2, "team")] as const;
  if (Date.parse(kickOff) >= DEMO_NOW_MS) return { ...head, teams };
  const { ft, et, p } = source.score;
  const goals = [...goalsOf(teams[0], source.goals1), ...goalsOf(teams[1], source.goals2)];
  return { ...head, teams, score: et ?? ft, ...(p !== undefined && { penalties: p }), goals };
}

const sources = (read("worldcup.json") as { matches: SourceMatch[] }).matches;
// Only knock-out matches have numbers; the group's are numbered by kick-off, as FIFA does.
const byKickOff = sources.toSorted((a, b) => Date.parse(kickOffOf(a)) - Date.parse(kickOffOf(b)));
const grouped = byKickOff.filter(({ num }) => num === undefined).map((match, at) => reduced(match, at + 1));
const knockOut = byKickOff.flatMap((match) => (match.num === undefined ? [] : [reduced(match, match.num)]));
const matches = [...grouped, ...knockOut].toSorted((a, b) => a.number - b.number);
const teams: Team[] = sourceTeams
  .map(({ name, fifa_code, group }) => ({ code: fifa_code, name, group }))
  .toSorted((a, b) => (a.code < b.code ? -1 : 1));

const lines = (list: readonly unknown[]): string =>
  list.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
writeFileSync(
  TARGET,
  `{
  "source": "openfootball/worldcup.json, 2026; CC0 1.0 Universal (public domain)",
  "teams": [
${lines(teams)}
  ],
  "matches": [
${lines(matches)}
  ]
}
`,
);
console.log(
  `${teams.length} teams, ${matches.length} matches, ${matches.flatMap(({ goals = [] }) => goals).length} goals`,
);
