/** Events as the edge forwards them: short sessions on cluster pages, one after the other, UUIDv7 ids. */
import { randomUUIDv7 } from "node:crypto";
import { createRandom } from "@spillway/demo/random.ts";
import type { EventType, StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { userId } from "../origin/seed-origin.ts";

/** What one look at a page leaves; the shares are invented, no measurement. */
const SESSION: readonly EventType[] = [
  ...Array<EventType>(6).fill("impression"),
  "click",
  "play",
  "progress",
  "complete",
];
const CAROUSELS = ["for-you", "because-you-watched", "new", "popular", "team"];
const GAP_MS = 2000;
const SEED = 1;

export type EventSource = {
  readonly users: number;
  readonly itemIds: readonly string[];
  readonly signalsOf: (user: number) => Signals;
};

/** Endless; `nowMs` is the time of each session's last event. */
export function* syntheticEvents(source: EventSource, nowMs: number): Generator<StoredEvent, never> {
  const random = createRandom(SEED, "events");
  for (;;) {
    const user = random.int(source.users);
    const page = {
      servedAs: "cluster",
      cluster: `c${random.int(1000)}.social.casual`,
      generation: 1 + random.int(100),
      context: "homepage",
      carousel: random.pick(CAROUSELS),
    } as const;
    const signals = source.signalsOf(user);
    for (const [at, type] of SESSION.entries()) {
      yield {
        id: randomUUIDv7(),
        type,
        item: random.pick(source.itemIds),
        user: userId(user),
        timeMs: nowMs - (SESSION.length - 1 - at) * GAP_MS,
        ...page,
        position: at,
        ...(type === "progress" && { progress: random.next() }),
        signals,
      };
    }
  }
}
