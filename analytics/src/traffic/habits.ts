/** Summarizes one actor's nights as a habit: what it did, how regularly, and when. Pure. */
import { correlatedPosts, PLAYED, SLOT_MINUTES, SLOT_WORDS, type NightColumns } from "./actor-nights.ts";

/** Only this many of the latest nights count, so that a change of behaviour shows within some nights. */
export const RECENT_NIGHTS = 10;
const DAY_SLOTS = (24 * 60) / SLOT_MINUTES;
const NOON_SLOT = DAY_SLOTS / 2;
export const SLOTS_PER_MINUTE = 1 / SLOT_MINUTES;
/** Half an hour without a call ends a session. */
const SESSION_GAP_SLOTS = 3;
/** Starts within an hour of the usual one are in the same window. */
const WINDOW_SLOTS = 60 / SLOT_MINUTES;

export type Habit = {
  readonly actor: number;
  /** Nights that count: the latest ones, and none before the step. */
  readonly nights: number;
  /**
   * Nights with GETs of the homepage and nothing else. The fields below describe these nights, except
   * `postNights`.
   */
  readonly bareNights: number;
  /** Nights with a POST in an hour with a GET, or in the hour after one. */
  readonly postNights: number;
  /** The usual number of reads by night or by session, whichever is more regular. */
  readonly reads: number;
  readonly readsPer: "night" | "session";
  /** Nights with exactly that number of reads, and nights with one more or less. */
  readonly sameReads: number;
  readonly nearReads: number;
  /** The usual start in minutes since local noon, and the nights that start within an hour of it. */
  readonly startMinute: number;
  readonly sameWindow: number;
  /** Minutes between the first and the last read of a usual night. */
  readonly spanMinutes: number;
  /** One bit for each agent class. */
  readonly agents: number;
  readonly network: number;
  /** Homepage-only nights well before the step, with between half and double as many reads. */
  readonly olderNights: number;
  /**
   * Nights of the whole log with a playback; and other nights before the step with more than the homepage, or
   * with a POST.
   */
  readonly playedNights: number;
  readonly olderViewingNights: number;
  /** Positions in the columns of the nights that count, latest first. */
  readonly countedNights: readonly number[];
};

/** The first and last slot with a call, counted from noon, and the number of sessions. */
export type NightShape = { readonly first: number; readonly last: number; readonly sessions: number };

/** Returns the shape of a night. `first` is -1 on a night without a GET. */
export function nightShape(columns: NightColumns, at: number): NightShape {
  let first = -1;
  let last = -1;
  let sessions = 0;
  for (let sinceNoon = 0; sinceNoon < DAY_SLOTS; sinceNoon += 1) {
    const slot = (sinceNoon + NOON_SLOT) % DAY_SLOTS;
    const rest = columns.slots[at * SLOT_WORDS + (slot >> 5)]! >>> (slot & 31);
    if (rest === 0) {
      // The loop continues with the next word. The last word is not full.
      sinceNoon += Math.min(31 - (slot & 31), DAY_SLOTS - 1 - slot);
      continue;
    }
    if ((rest & 1) === 0) continue;
    if (first < 0) first = sinceNoon;
    if (last < 0 || sinceNoon - last > SESSION_GAP_SLOTS) sessions += 1;
    last = sinceNoon;
  }
  return { first, last, sessions };
}

/** Returns the calendar's day of the night's first call. A night ends at noon of the day that names it. */
export function dayOfNight(night: number, { first }: NightShape): number {
  return first < NOON_SLOT ? night - 1 : night;
}

/** Returns the local hour of the day at a slot counted from noon. */
export function hourOfSlot(slot: number): number {
  return Math.floor((((slot + NOON_SLOT) % DAY_SLOTS) * SLOT_MINUTES) / 60);
}

export function isBare(columns: NightColumns, at: number): boolean {
  return columns.reads[at]! > 0 && columns.others[at] === 0 && columns.flags[at] === 0;
}

function isPlayed(columns: NightColumns, at: number): boolean {
  return (columns.flags[at]! & PLAYED) !== 0;
}

/**
 * Returns undefined for an actor without a night since `stepDay`. When `stepDay` is undefined there is no
 * step, and every night counts. Nights before `knownUntil` are certainly from before the step.
 */
export function habitOf(
  columns: NightColumns,
  actor: number,
  latest: number,
  { stepDay, knownUntil }: { readonly stepDay: number | undefined; readonly knownUntil: number },
): Habit | undefined {
  const all: number[] = [];
  for (let at = latest; at >= 0; at = columns.previous[at]!) all.push(at);
  // Rows may come in any order, so nights may, too.
  all.sort((a, b) => columns.night[b]! - columns.night[a]!);
  const countedNights: number[] = [];
  const older: number[] = [];
  for (const at of all) {
    const shape = stepDay === undefined ? undefined : nightShape(columns, at);
    if (shape !== undefined && dayOfNight(columns.night[at]!, shape) < stepDay!) older.push(at);
    else if (countedNights.length < RECENT_NIGHTS) countedNights.push(at);
  }
  if (countedNights.length === 0) return undefined;
  const bare = countedNights.filter((at) => isBare(columns, at));
  const shapes = bare.map((at) => nightShape(columns, at));
  const regular = mostRegular(
    bare.map((at) => columns.reads[at]!),
    shapes,
  );
  const start = lowerMedian(shapes.map(({ first }) => first));
  const before = older.filter((at) => columns.night[at]! < knownUntil && isBare(columns, at));
  const perNight = lowerMedian(bare.map((at) => columns.reads[at]!));
  return {
    actor,
    nights: countedNights.length,
    bareNights: bare.length,
    postNights: countedNights.filter((at) => correlatedPosts(columns, at) > 0).length,
    ...regular,
    startMinute: start * SLOT_MINUTES,
    sameWindow: shapes.filter(({ first }) => Math.abs(first - start) <= WINDOW_SLOTS).length,
    spanMinutes: lowerMedian(shapes.map(({ first, last }) => last - first)) * SLOT_MINUTES,
    agents: countedNights.reduce((bits, at) => bits | columns.agents[at]!, 0),
    network: columns.network[countedNights[0]!]!,
    olderNights: before.filter((at) => {
      const reads = columns.reads[at]!;
      return reads >= perNight / 2 && reads <= perNight * 2;
    }).length,
    playedNights: all.filter((at) => isPlayed(columns, at)).length,
    olderViewingNights: older.filter(
      (at) => !isPlayed(columns, at) && (!isBare(columns, at) || correlatedPosts(columns, at) > 0),
    ).length,
    countedNights,
  };
}

type Regularity = Pick<Habit, "reads" | "readsPer" | "sameReads" | "nearReads">;

function mostRegular(perNight: readonly number[], shapes: readonly NightShape[]): Regularity {
  const perSession = perNight.map((reads, at) => Math.round(reads / shapes[at]!.sessions));
  const [night, session] = [regularity(perNight, "night"), regularity(perSession, "session")];
  return session.reads > 1 && session.sameReads > night.sameReads ? session : night;
}

function regularity(reads: readonly number[], readsPer: Habit["readsPer"]): Regularity {
  const usual = lowerMedian(reads);
  return {
    reads: usual,
    readsPer,
    sameReads: reads.filter((own) => own === usual).length,
    nearReads: reads.filter((own) => Math.abs(own - usual) === 1).length,
  };
}

/** The median; the lower of the two middle values when their number is even, and 0 when there are none. */
function lowerMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
