/** One actor's nights → its habit: what it did, how often alike, and when. Pure. */
import { correlatedPosts, PLAYED, SLOT_MINUTES, SLOT_WORDS, type NightColumns } from "./actor-nights.ts";

/** Of its latest nights, so many count: who behaves otherwise for some of them is somebody else by then. */
export const RECENT_NIGHTS = 10;
const DAY_SLOTS = (24 * 60) / SLOT_MINUTES;
const NOON_SLOT = DAY_SLOTS / 2;
/** Half an hour without a call ends a session. */
const SESSION_GAP_SLOTS = 3;
/** Starts within an hour of the usual one are in the same window. */
const WINDOW_SLOTS = 60 / SLOT_MINUTES;

export type Habit = {
  readonly actor: number;
  /** Nights that count: the latest ones, and none before the step. */
  readonly nights: number;
  /** Nights with GETs of the homepage and of nothing else; what follows but `postNights` is of these. */
  readonly bareNights: number;
  /** Nights with a POST in an hour with a GET, or the next one. */
  readonly postNights: number;
  /** The usual number of reads, by night or by session, whichever is the steadier. */
  readonly reads: number;
  readonly readsPer: "night" | "session";
  /** Nights with exactly that many, and with one more or less. */
  readonly sameReads: number;
  readonly nearReads: number;
  /** Minutes since local noon: the usual start; and nights that start within an hour of it. */
  readonly startMinute: number;
  readonly sameWindow: number;
  /** Between the first and the last read of a usual night. */
  readonly spanMinutes: number;
  /** A bit for each agent class. */
  readonly agents: number;
  readonly network: number;
  /** Bare nights well before the step with as many reads, to within half and double. */
  readonly olderNights: number;
  /** Nights of the whole log with something played; and other nights before the step with more than the homepage, or a POST. */
  readonly playedNights: number;
  readonly olderViewingNights: number;
  /** Positions in the columns of the nights that count, latest first. */
  readonly places: readonly number[];
};

/** Where a night's calls begin and end, in slots since noon, and how many sessions they are. */
export type NightShape = { readonly first: number; readonly last: number; readonly sessions: number };

/** `first` is -1 on a night without a GET. */
export function nightShape(columns: NightColumns, at: number): NightShape {
  let first = -1;
  let last = -1;
  let sessions = 0;
  for (let place = 0; place < DAY_SLOTS; place += 1) {
    const slot = (place + NOON_SLOT) % DAY_SLOTS;
    const rest = columns.slots[at * SLOT_WORDS + (slot >> 5)]! >>> (slot & 31);
    if (rest === 0) {
      // On to the next word; the last one is not whole.
      place += Math.min(31 - (slot & 31), DAY_SLOTS - 1 - slot);
      continue;
    }
    if ((rest & 1) === 0) continue;
    if (first < 0) first = place;
    if (last < 0 || place - last > SESSION_GAP_SLOTS) sessions += 1;
    last = place;
  }
  return { first, last, sessions };
}

/** The calendar's day on which the night's first call fell: a night ends at noon of the day it is named by. */
export function dayOfNight(night: number, { first }: NightShape): number {
  return first < NOON_SLOT ? night - 1 : night;
}

/** Local hour of the day at a slot since noon. */
export function hourOfPlace(place: number): number {
  return Math.floor((((place + NOON_SLOT) % DAY_SLOTS) * SLOT_MINUTES) / 60);
}

export function isBare(columns: NightColumns, at: number): boolean {
  return columns.reads[at]! > 0 && columns.others[at] === 0 && columns.flags[at] === 0;
}

function isPlayed(columns: NightColumns, at: number): boolean {
  return (columns.flags[at]! & PLAYED) !== 0;
}

/**
 * Undefined for an actor without a night since `stepDay` (undefined: there is no step, and every night counts). Nights before
 * `knownUntil` are from before the step for sure.
 */
export function habitOf(
  columns: NightColumns,
  actor: number,
  latest: number,
  { stepDay, knownUntil }: { readonly stepDay: number | undefined; readonly knownUntil: number },
): Habit | undefined {
  const all: number[] = [];
  for (let at = latest; at >= 0; at = columns.previous[at]!) all.push(at);
  // Rows may come in any order, and so may nights.
  all.sort((a, b) => columns.night[b]! - columns.night[a]!);
  const places: number[] = [];
  const older: number[] = [];
  for (const at of all) {
    const shape = stepDay === undefined ? undefined : nightShape(columns, at);
    if (shape !== undefined && dayOfNight(columns.night[at]!, shape) < stepDay!) older.push(at);
    else if (places.length < RECENT_NIGHTS) places.push(at);
  }
  if (places.length === 0) return undefined;
  const bare = places.filter((at) => isBare(columns, at));
  const shapes = bare.map((at) => nightShape(columns, at));
  const steady = steadiest(
    bare.map((at) => columns.reads[at]!),
    shapes,
  );
  const start = middle(shapes.map(({ first }) => first));
  const before = older.filter((at) => columns.night[at]! < knownUntil && isBare(columns, at));
  const perNight = middle(bare.map((at) => columns.reads[at]!));
  return {
    actor,
    nights: places.length,
    bareNights: bare.length,
    postNights: places.filter((at) => correlatedPosts(columns, at) > 0).length,
    ...steady,
    startMinute: start * SLOT_MINUTES,
    sameWindow: shapes.filter(({ first }) => Math.abs(first - start) <= WINDOW_SLOTS).length,
    spanMinutes: middle(shapes.map(({ first, last }) => last - first)) * SLOT_MINUTES,
    agents: places.reduce((bits, at) => bits | columns.agents[at]!, 0),
    network: columns.network[places[0]!]!,
    olderNights: before.filter((at) => {
      const reads = columns.reads[at]!;
      return reads >= perNight / 2 && reads <= perNight * 2;
    }).length,
    playedNights: all.filter((at) => isPlayed(columns, at)).length,
    olderViewingNights: older.filter(
      (at) => !isPlayed(columns, at) && (!isBare(columns, at) || correlatedPosts(columns, at) > 0),
    ).length,
    places,
  };
}

type Steadiness = Pick<Habit, "reads" | "readsPer" | "sameReads" | "nearReads">;

function steadiest(perNight: readonly number[], shapes: readonly NightShape[]): Steadiness {
  const perSession = perNight.map((reads, at) => Math.round(reads / shapes[at]!.sessions));
  const [night, session] = [steadiness(perNight, "night"), steadiness(perSession, "session")];
  return session.reads > 1 && session.sameReads > night.sameReads ? session : night;
}

function steadiness(reads: readonly number[], readsPer: Habit["readsPer"]): Steadiness {
  const usual = middle(reads);
  return {
    reads: usual,
    readsPer,
    sameReads: reads.filter((own) => own === usual).length,
    nearReads: reads.filter((own) => Math.abs(own - usual) === 1).length,
  };
}

/** The lower one of two in the middle; 0 of none. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
