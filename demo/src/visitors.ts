/** Draws who a synthetic visitor is: team, region, device, taste and how much they watch. */
import { NONE, type Device, type EntryPath } from "@spillway/shared/signals/signals.ts";
import { weightedTable, type Random } from "./random.ts";
import { TASTES, type Taste } from "./tastes.ts";
import { WORLD_CUP } from "./world-cup.ts";

export type Visitor = {
  readonly team: string;
  readonly region: string;
  readonly device: Device;
  readonly taste: Taste;
  /** The number of plays in the whole history. */
  readonly plays: number;
  readonly visits: number;
};

/** Team-country pairs, the most followed team first. England and Scotland have the same country. */
const FOLLOWED =
  "ESP-ES ENG-GB FRA-FR ARG-AR BRA-BR MEX-MX USA-US GER-DE POR-PT BEL-BE MAR-MA NED-NL COL-CO NOR-NO SUI-CH JPN-JP " +
  "CRO-HR URU-UY KOR-KR CAN-CA TUR-TR SEN-SN SCO-GB ECU-EC EGY-EG SWE-SE AUT-AT ALG-DZ GHA-GH CIV-CI TUN-TN AUS-AU " +
  "PAR-PY CZE-CZ KSA-SA IRN-IR RSA-ZA BIH-BA CPV-CV QAT-QA IRQ-IQ COD-CD PAN-PA JOR-JO NZL-NZ HAI-HT UZB-UZ CUW-CW";
const REGION_OF = new Map(
  FOLLOWED.split(" ").map((pair): [string, string] => [pair.slice(0, 3), pair.slice(4)]),
);

const ZIPF_EXPONENT = 0.7;
const TEAM_TABLE = weightedTable([...REGION_OF.keys()], (_, at) => (at + 1) ** -ZIPF_EXPONENT);
/** Countries are drawn in proportion to the followers of their teams. */
const REGION_TABLE = weightedTable([...REGION_OF.values()], (_, at) => (at + 1) ** -ZIPF_EXPONENT);
const TEAMS_OF_REGION = Map.groupBy(REGION_OF.keys(), (team) => REGION_OF.get(team) ?? NONE);
const TEAMS_OF_GROUP = Map.groupBy(WORLD_CUP.teams, ({ group }) => group);
const RIVALS = new Map(
  WORLD_CUP.teams.map(({ code, group }) => [
    code,
    (TEAMS_OF_GROUP.get(group) ?? []).map((team) => team.code).filter((other) => other !== code),
  ]),
);

const NO_TEAM_SHARE = 0.28;
const AT_HOME_SHARE = 0.75;
const MAX_VISITS = 60;

const TASTE_TABLE = weightedTable(TASTES, ({ share }) => share);

type DeviceShares = Readonly<Partial<Record<Device, number>>>;
const DEVICES_OF_ALL: DeviceShares = { mobile: 44, tv: 24, desktop: 21, tablet: 11 };
const DEVICES_BY_ENTRY: Readonly<Partial<Record<EntryPath, DeviceShares>>> = {
  social: { mobile: 78, desktop: 12, tablet: 10 },
  push: { mobile: 80, tablet: 15, tv: 5 },
  search: { mobile: 40, desktop: 46, tablet: 14 },
  direct: { tv: 50, mobile: 26, desktop: 14, tablet: 10 },
};
const deviceTable = (shares: DeviceShares) =>
  weightedTable(Object.keys(shares) as Device[], (device) => shares[device] ?? 0);
const DEVICE_TABLE = deviceTable(DEVICES_OF_ALL);
const DEVICE_TABLES = new Map(
  Object.entries(DEVICES_BY_ENTRY).map(([entry, shares]) => [entry, deviceTable(shares)]),
);

/** Habits of visitors from those who watch little to those who watch a lot. `plays` draws how much. */
const HABITS = [
  { plays: (random: Random) => (random.chance(0.5) ? 0 : 1 + random.int(2)), visits: 1 },
  { plays: (random: Random) => 3 + random.int(4), visits: 2 },
  { plays: (random: Random) => 6 + random.int(11), visits: 4 },
  { plays: (random: Random) => 17 + random.int(24), visits: 9 },
] as const;
const habitTable = (shares: readonly number[]) => weightedTable(HABITS, (_, at) => shares[at] ?? 0);
const HABITS_OF_ALL = habitTable([25, 34, 29, 12]);
const LOYAL_HABITS = habitTable([15, 30, 36, 19]);
const PASSING_HABITS = habitTable([32, 37, 24, 7]);
const LOYAL_ENTRIES: ReadonlySet<EntryPath> = new Set(["direct", "email", "push", "internal"]);

export function drawTeam(random: Random): string {
  return random.chance(NO_TEAM_SHARE) ? NONE : (random.weighted(TEAM_TABLE) ?? NONE);
}

/** `entry` is the entry path when it says something about the visitor. */
export function drawVisitor(random: Random, team: string, entry: EntryPath | undefined): Visitor {
  const home = REGION_OF.get(team);
  const region =
    home !== undefined && random.chance(AT_HOME_SHARE) ? home : (random.weighted(REGION_TABLE) ?? NONE);
  const device = random.weighted(DEVICE_TABLES.get(entry ?? NONE) ?? DEVICE_TABLE) ?? "other";
  const habit = random.weighted(habitsOf(entry)) ?? HABITS[0];
  return {
    team,
    region,
    device,
    taste: random.weighted(TASTE_TABLE) ?? random.pick(TASTES),
    plays: habit.plays(random),
    // The number of visits follows a Pareto distribution: most visitors come a few times, some every day.
    visits: Math.min(MAX_VISITS, Math.floor(habit.visits * (1 - random.next()) ** -0.7)),
  };
}

function habitsOf(entry: EntryPath | undefined): typeof HABITS_OF_ALL {
  if (entry === undefined) return HABITS_OF_ALL;
  return LOYAL_ENTRIES.has(entry) ? LOYAL_HABITS : PASSING_HABITS;
}

/** The other teams of the team's group. */
export function rivalsOf(team: string): readonly string[] {
  return RIVALS.get(team) ?? [];
}

export function teamsOfRegion(region: string): readonly string[] {
  return TEAMS_OF_REGION.get(region) ?? [];
}

/** The number of followers, relative to the most followed team. */
export function followersOf(team: string): number {
  const at = TEAM_TABLE.entries.indexOf(team);
  return at < 0 ? 0.05 : (at + 1) ** -ZIPF_EXPONENT;
}
