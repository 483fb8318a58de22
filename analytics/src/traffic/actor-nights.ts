/**
 * Stores what each actor did on each night in 46 bytes. It holds only sums and sets, so rows may come in any
 * order. The times of calls are kept in slots of ten minutes, so the gap of 30 minutes between sessions is
 * only precise to one slot.
 */
import type { Kind } from "./categories.ts";

export const SLOT_MINUTES = 10;
/** 32-bit words for the slots of a day; 144 of their bits are used. */
export const SLOT_WORDS = 5;
const MAX_COUNT = 0xffff;

export const PLAYED = 1;
export const SEARCHED = 2;
export const SIMILAR = 4;
const FLAGS: Readonly<Record<Kind, number>> = {
  homepage: 0,
  other: 0,
  events: 0,
  playback: PLAYED,
  search: SEARCHED,
  similar: SIMILAR,
};

/** Columns over actor-nights. Counts stop at 65,535. */
export type NightColumns = {
  /**
   * Position of the same actor's night that was added before this one, or -1. Night `n` ends at noon of day
   * `n`.
   */
  readonly previous: Int32Array;
  readonly night: Uint16Array;
  /** GETs of the homepage, GETs of anything else, and POSTs. */
  readonly reads: Uint16Array;
  readonly others: Uint16Array;
  readonly posts: Uint16Array;
  /** A set of {@link PLAYED}, {@link SEARCHED} and {@link SIMILAR}. */
  readonly flags: Uint8Array;
  /** One bit for each agent class. */
  readonly agents: Uint8Array;
  /** The network of the night's first row. */
  readonly network: Uint32Array;
  /** {@link SLOT_WORDS} words for each night: one bit for each slot with a GET. */
  readonly slots: Uint32Array;
  /** One bit for each hour with a GET; `postHours` has one for each hour with a POST. */
  readonly hours: Uint32Array;
  readonly postHours: Uint32Array;
};

export type ActorNights = {
  readonly add: (
    actor: number,
    night: number,
    minute: number,
    kind: Kind,
    isPost: boolean,
    network: number,
    agentClass: number,
    count: number,
  ) => void;
  /** Returns the current columns. The next `add` may replace them. */
  readonly columns: () => NightColumns;
  readonly size: () => number;
  readonly actors: () => number;
  /** Returns the position of the actor's night that was added last, or -1. */
  readonly latest: (actor: number) => number;
};

const FIRST_CAPACITY = 1 << 12;
const GROWTH = 1.5;

export function createActorNights(): ActorNights {
  let columns = createColumns(FIRST_CAPACITY);
  let heads = new Int32Array(FIRST_CAPACITY).fill(-1);
  let size = 0;
  let actors = 0;

  const find = (actor: number, night: number): number => {
    for (let at = heads[actor]!; at >= 0; at = columns.previous[at]!) {
      if (columns.night[at] === night) return at;
    }
    return -1;
  };
  const create = (actor: number, night: number, network: number): number => {
    if (size === columns.night.length) columns = grown(columns, Math.ceil(size * GROWTH));
    const at = size++;
    columns.previous[at] = heads[actor]!;
    heads[actor] = at;
    columns.night[at] = night;
    columns.network[at] = network;
    return at;
  };
  return {
    add: (actor, night, minute, kind, isPost, network, agentClass, count) => {
      if (actor >= heads.length) {
        const more = new Int32Array(Math.max(actor + 1, Math.ceil(heads.length * GROWTH))).fill(-1);
        more.set(heads);
        heads = more;
      }
      if (actor >= actors) actors = actor + 1;
      let at = find(actor, night);
      if (at < 0) at = create(actor, night, network);
      columns.agents[at]! |= 1 << agentClass;
      columns.flags[at]! |= FLAGS[kind];
      if (isPost) {
        columns.posts[at] = Math.min(MAX_COUNT, columns.posts[at]! + count);
        columns.postHours[at]! |= 1 << Math.floor(minute / 60);
        return;
      }
      const column = kind === "homepage" ? columns.reads : columns.others;
      column[at] = Math.min(MAX_COUNT, column[at]! + count);
      columns.hours[at]! |= 1 << Math.floor(minute / 60);
      const slot = Math.floor(minute / SLOT_MINUTES);
      columns.slots[at * SLOT_WORDS + (slot >> 5)]! |= 1 << (slot & 31);
    },
    columns: () => columns,
    size: () => size,
    actors: () => actors,
    latest: (actor) => heads[actor] ?? -1,
  };
}

function createColumns(capacity: number): NightColumns {
  return {
    previous: new Int32Array(capacity),
    night: new Uint16Array(capacity),
    reads: new Uint16Array(capacity),
    others: new Uint16Array(capacity),
    posts: new Uint16Array(capacity),
    flags: new Uint8Array(capacity),
    agents: new Uint8Array(capacity),
    network: new Uint32Array(capacity),
    slots: new Uint32Array(capacity * SLOT_WORDS),
    hours: new Uint32Array(capacity),
    postHours: new Uint32Array(capacity),
  };
}

function grown(from: NightColumns, capacity: number): NightColumns {
  const to = createColumns(capacity);
  for (const name of Object.keys(to) as (keyof NightColumns)[]) to[name].set(from[name]);
  return to;
}

/** Returns the night's POSTs, or 0 when none of them is in an hour with a GET or in the hour after one. */
export function correlatedPosts({ posts, hours, postHours }: NightColumns, at: number): number {
  const read = hours[at]!;
  return (postHours[at]! & (read | (read << 1) | (read >>> 23))) === 0 ? 0 : posts[at]!;
}

export function hasSlot(columns: NightColumns, at: number, slot: number): boolean {
  return ((columns.slots[at * SLOT_WORDS + (slot >> 5)]! >>> (slot & 31)) & 1) === 1;
}

/** Returns the first night of an actor in the log; Infinity for one without any. */
export function firstNight({ columns, latest }: ActorNights, actor: number): number {
  const { night, previous } = columns();
  let first = Infinity;
  for (let at = latest(actor); at >= 0; at = previous[at]!) first = Math.min(first, night[at]!);
  return first;
}
