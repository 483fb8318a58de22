/** Holds millions of interactions, 16 bytes each, that are added in any order and returned user by user. */

export type TableEntry = { readonly item: number; readonly weight: number; readonly timeMs: number };

export type InteractionTable = {
  /** `item` is any number that identifies it. Times are stored in whole seconds. */
  readonly add: (user: string, item: number, weight: number, timeMs: number) => void;
  readonly size: () => number;
  readonly users: () => number;
  /** An item that a user has several times is one entry, with the greatest weight and the latest time. */
  readonly byUser: () => Generator<{ user: string; entries: readonly TableEntry[] }, void, undefined>;
};

const FIRST_CAPACITY = 1 << 16;

export function createInteractionTable(): InteractionTable {
  const userNumbers = new Map<string, number>();
  let users = new Uint32Array(FIRST_CAPACITY);
  let items = new Uint32Array(FIRST_CAPACITY);
  let weights = new Float32Array(FIRST_CAPACITY);
  let timesS = new Uint32Array(FIRST_CAPACITY);
  let size = 0;

  const grow = (): void => {
    users = grown(users, new Uint32Array(2 * size));
    items = grown(items, new Uint32Array(2 * size));
    weights = grown(weights, new Float32Array(2 * size));
    timesS = grown(timesS, new Uint32Array(2 * size));
  };
  return {
    add: (user, item, weight, timeMs) => {
      if (size === users.length) grow();
      let number = userNumbers.get(user);
      if (number === undefined) {
        number = userNumbers.size;
        userNumbers.set(user, number);
      }
      users[size] = number;
      items[size] = item;
      weights[size] = weight;
      timesS[size] = Math.floor(timeMs / 1000);
      size += 1;
    },
    size: () => size,
    users: () => userNumbers.size,
    *byUser() {
      const { order, starts } = sortedByUser(users.subarray(0, size), userNumbers.size);
      for (const [user, number] of userNumbers) {
        const entries = new Map<number, TableEntry>();
        for (const row of order.subarray(starts[number], starts[number + 1])) {
          const item = items[row] ?? 0;
          const known = entries.get(item);
          entries.set(item, {
            item,
            weight: Math.max(weights[row] ?? 0, known?.weight ?? 0),
            timeMs: Math.max((timesS[row] ?? 0) * 1000, known?.timeMs ?? 0),
          });
        }
        yield { user, entries: [...entries.values()] };
      }
    },
  };
}

/** A counting sort. The entries of user u are in `order` from starts[u] to starts[u + 1] (exclusive). */
function sortedByUser(users: Uint32Array, count: number): { order: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const user of users) starts[user + 1] = (starts[user + 1] ?? 0) + 1;
  for (let user = 0; user < count; user += 1)
    starts[user + 1] = (starts[user + 1] ?? 0) + (starts[user] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(users.length);
  users.forEach((user, row) => {
    const at = next[user] ?? 0;
    order[at] = row;
    next[user] = at + 1;
  });
  return { order, starts };
}

function grown<Column extends Uint32Array | Float32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
