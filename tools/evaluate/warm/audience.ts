/**
 * Histories of items alone as the audience that clusters are learned from: nothing is known of the requests.
 * Pure.
 */
import {
  DEPTHS,
  NO_SIGNALS,
  SIGNAL_NAMES,
  type Depth,
  type SignalName,
} from "@spillway/shared/signals/signals.ts";
import type { Audience, SignalColumn } from "@spillway/model/clusters/audience.ts";
import { depthOf } from "@spillway/model/profile/profile-signals.ts";
import { countUsers, type Histories } from "@spillway/model/profile/histories.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";

/** Every item counts the same; each user's vector has length 1. On shared memory. */
export function historiesOf(users: readonly Uint32Array[]): Histories {
  const starts = sharedArray(Uint32Array, users.length + 1);
  users.forEach((items, user) => (starts[user + 1] = (starts[user] ?? 0) + items.length));
  const total = starts[users.length] ?? 0;
  const rows = sharedArray(Uint32Array, total);
  const values = sharedArray(Float32Array, total);
  users.forEach((items, user) => {
    rows.set(items, starts[user]);
    values.fill(1 / Math.sqrt(items.length), starts[user], starts[user + 1]);
  });
  return { starts, playEnds: starts.subarray(1), rows, values };
}

export function audienceOf(histories: Histories): Audience {
  const users = countUsers(histories);
  const blank = (name: SignalName): SignalColumn => ({
    codes: new Uint32Array(users),
    values: [NO_SIGNALS[name]],
  });
  const signals = Object.fromEntries(SIGNAL_NAMES.map((name) => [name, blank(name)])) as Record<
    SignalName,
    SignalColumn
  >;
  const depth: SignalColumn = {
    codes: Uint32Array.from({ length: users }, (_, user) =>
      DEPTHS.indexOf(depthOfHistory((histories.starts[user + 1] ?? 0) - (histories.starts[user] ?? 0))),
    ),
    values: DEPTHS,
  };
  return { histories, signals: { ...signals, depth }, visits: new Uint8Array(users).fill(1) };
}

/** Applies the shipped rule to plays whose time nobody knows. */
export function depthOfHistory(plays: number): Depth {
  return depthOf(
    Array.from({ length: plays }, (_, item) => ({ item, weight: 1, timeMs: 0 })),
    0,
  );
}
