/**
 * Viewers who play: each event is a play of an item that its user never played before, so that none can hide
 * behind another.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@spillway/demo/random.ts";

export type Play = {
  readonly id: string;
  readonly user: string;
  readonly item: string;
  readonly time: number;
};

export type Viewers = {
  /** A batch of plays, sent until it is answered 202 or the page is closed; resolves with which. */
  readonly play: () => Promise<"promised" | "given up">;
  /** Plays that go another way, … */
  readonly draw: (count: number) => Play[];
  /** … and have arrived there. */
  readonly promise: (plays: readonly Play[]) => void;
  /** The time by the device's clock. */
  readonly stepClock: (ms: number) => void;
  /** What was answered 202. */
  readonly promised: ReadonlyMap<string, Play>;
  /** Sent, and never answered 202: stored or not, but not twice. */
  readonly unpromised: ReadonlyMap<string, Play>;
  /** Answers that good events should not get. */
  readonly complaints: readonly string[];
  /** Resolves when nothing is on its way. */
  readonly settled: () => Promise<void>;
};

const USERS = 100;
const MAX_BATCH = 8;
const HISTORY_MS = 10 * 24 * 3600 * 1000;
const GIVE_UP_SHARE = 0.1;
const ANSWER_WITHIN_MS = 8000;
const AGAIN_AFTER_MS = 150;

/** So that there is an item left for each play. */
export function itemsFor(plays: number): number {
  return Math.ceil(plays / USERS);
}

export function itemId(number: number): string {
  return `item-${number}`;
}

export function createViewers(edgeUrl: string, random: Random): Viewers {
  const promised = new Map<string, Play>();
  const unpromised = new Map<string, Play>();
  const complaints: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  const startMs = Date.now();
  let played = 0;
  let offsetMs = 0;

  const draw = (count: number): Play[] =>
    Array.from({ length: count }, () => {
      const number = (played += 1);
      return {
        id: `play-${number}`,
        user: `user-${number % USERS}`,
        item: itemId(Math.floor(number / USERS)),
        time: Math.floor(startMs + offsetMs - random.next() * HISTORY_MS),
      };
    });

  const promise = (plays: readonly Play[]): void => {
    for (const play of plays) promised.set(play.id, play);
  };

  const send = async (events: readonly Play[]): Promise<"promised" | "given up"> => {
    const patient = !random.chance(GIVE_UP_SHARE);
    for (;;) {
      const { status, text } = await post(edgeUrl, events);
      if (status === 202) {
        const { refused } = JSON.parse(text) as { refused: readonly unknown[] };
        if (refused.length > 0) complaints.push(`good events are refused: ${text}`);
        promise(events);
        return "promised";
      }
      if (status !== undefined && status !== 503) complaints.push(`${status} to good events: ${text}`);
      else if (patient) {
        await sleep(AGAIN_AFTER_MS);
        continue;
      }
      for (const event of events) unpromised.set(event.id, event);
      return "given up";
    }
  };
  return {
    play: async () => {
      const sending = send(draw(1 + random.int(MAX_BATCH)));
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
      return sending;
    },
    draw,
    promise,
    stepClock: (ms) => (offsetMs = ms),
    promised,
    unpromised,
    complaints,
    settled: async () => void (await Promise.all(underWay)),
  };
}

type Answer = {
  /** Undefined: there was none, which says nothing about what became of the events. */
  readonly status: number | undefined;
  readonly text: string;
};

async function post(edgeUrl: string, events: readonly Play[]): Promise<Answer> {
  try {
    const response = await fetch(`${edgeUrl}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ events: events.map((event) => ({ ...event, type: "play" })) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { text: await response.text(), status: response.status };
  } catch {
    return { status: undefined, text: "" };
  }
}
