/**
 * Mutations of a JSON value that keep it JSON: other types, extreme numbers, keys and entries moved or lost.
 */
import type { Random } from "@spillway/demo/random.ts";
import { mutateText, nastyText } from "./mutate-text.ts";

const EXTREME_NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  0.5,
  1,
  2,
  31,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  9e15,
  -9e15,
  8.64e15,
  8.64e15 + 1,
  253_402_300_800_000,
  1e18,
  1e300,
  1.7976931348623157e308,
  -1e308,
  5e-324,
];

type Holder = Record<string, unknown> | unknown[];
type Place = { readonly holder: Holder; readonly key: string | number };

/** Changes `value` in place, once to four times, and returns it. */
export function mutateJson(value: unknown, random: Random): unknown {
  const root = { root: value };
  for (let times = 1 + random.int(4); times > 0; times -= 1) mutateAt(placeIn(root, random), root, random);
  return root.root;
}

/**
 * Somewhere in the tree: each step goes on with a likelihood, so that the top is met as well as the leaves.
 */
function placeIn(root: { root: unknown }, random: Random): Place {
  let place: Place = { holder: root, key: "root" };
  for (;;) {
    const value = at(place);
    if (typeof value !== "object" || value === null || random.chance(0.12)) return place;
    const keys = Array.isArray(value) ? value.length : Object.keys(value);
    if (keys === 0 || (typeof keys !== "number" && keys.length === 0)) return place;
    const key = typeof keys === "number" ? random.int(keys) : random.pick(keys);
    place = { holder: value as Holder, key };
  }
}

function at({ holder, key }: Place): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

function put({ holder, key }: Place, value: unknown): void {
  // A plain assignment to `__proto__` would change the holder's prototype.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function mutateAt(place: Place, root: { root: unknown }, random: Random): void {
  const value = at(place);
  switch (random.int(12)) {
    case 0:
      return remove(place);
    case 1:
      return put(place, otherType(random));
    case 2:
      return put(place, random.pick(EXTREME_NUMBERS));
    case 3:
      return put(place, nastyText(random));
    case 4:
      return swap(place, placeIn(root, random));
    case 5:
      return put(placeIn(root, random), copyOf(value));
    case 6:
      return duplicate(place, random);
    case 7:
      return rename(place, random);
    case 8:
      return grow(place, random);
    case 9:
      return put(place, Array.isArray(value) ? [] : {});
    default:
      return tweak(place, value, random);
  }
}

function otherType(random: Random): unknown {
  return random.pick([
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { __proto__: null },
    "",
    0,
    "0",
    [0],
    { length: 1 },
  ]);
}

function tweak(place: Place, value: unknown, random: Random): void {
  if (typeof value === "string") return put(place, mutateText(value, random));
  if (typeof value === "number") {
    return put(place, random.pick([value + 1, value - 1, -value, value * 1000, value / 1000, value + 0.5]));
  }
  if (typeof value === "boolean") return put(place, !value);
  if (Array.isArray(value) && value.length > 1) return put(place, value.toReversed());
  return put(place, random.pick(EXTREME_NUMBERS));
}

function swap(one: Place, other: Place): void {
  const [first, second] = [at(one), at(other)];
  // A value must not come to stand within itself.
  if (contains(first, other.holder) || contains(second, one.holder)) return;
  put(one, second);
  put(other, first);
}

function contains(value: unknown, sought: unknown): boolean {
  if (value === sought) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => contains(inner, sought));
}

function copyOf(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

function duplicate({ holder, key }: Place, random: Random): void {
  const copy = copyOf(at({ holder, key }));
  if (Array.isArray(holder)) holder.splice(random.int(holder.length + 1), 0, copy);
  else put({ holder, key: `${key}2` }, copy);
}

function rename(place: Place, random: Random): void {
  const { holder, key } = place;
  if (Array.isArray(holder)) return put(place, nastyText(random));
  const value = at(place);
  remove(place);
  put({ holder, key: random.chance(0.5) ? nastyText(random) : mutateText(String(key), random) }, value);
}

/** Much of the same, or nested deep. */
function grow(place: Place, random: Random): void {
  const value = copyOf(at(place));
  if (random.chance(0.5)) {
    const most = Array.isArray(value) || typeof value === "object" ? 20 : 3000;
    return put(
      place,
      Array.from({ length: 2 + random.int(most) }, () => value),
    );
  }
  let nested = value;
  for (let depth = random.pick([3, 40, 500]); depth > 0; depth -= 1)
    nested = random.chance(0.5) ? [nested] : { nested };
  return put(place, nested);
}
