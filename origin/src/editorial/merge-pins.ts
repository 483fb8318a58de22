/** What a draft changes, laid over what is in force now: what others have changed meanwhile stays. Pure. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";

export type MergedPins =
  | { readonly kind: "merged"; readonly pins: readonly Pin[] }
  /** These pins were changed in the draft and, otherwise, in what is in force. */
  | { readonly kind: "conflict"; readonly ids: readonly string[] };

/**
 * `base` is the set that the draft was made from. The draft's order holds; pins that came since stand behind,
 * in theirs.
 */
export function mergePins(base: readonly Pin[], draft: readonly Pin[], current: readonly Pin[]): MergedPins {
  const [was, planned, is] = [byId(base), byId(draft), byId(current)];
  const ids = [...new Set([...planned.keys(), ...is.keys(), ...was.keys()])];
  const conflicts = ids.filter((id) => {
    const [before, ours, theirs] = [was.get(id), planned.get(id), is.get(id)].map(textOf);
    return ours !== before && theirs !== before && ours !== theirs;
  });
  if (conflicts.length > 0) return { kind: "conflict", ids: conflicts };
  const pins = ids.flatMap((id) => {
    const isDrafted = textOf(planned.get(id)) !== textOf(was.get(id));
    return (isDrafted ? planned.get(id) : is.get(id)) ?? [];
  });
  return { kind: "merged", pins };
}

/** The pins that differ between two sets, by id. */
export type PinDifference = {
  readonly added: readonly Pin[];
  readonly removed: readonly Pin[];
  readonly changed: readonly { readonly before: Pin; readonly after: Pin }[];
  /** The pins that both have stand in another order, which decides who leads a carousel. */
  readonly isReordered: boolean;
};

export function comparePins(before: readonly Pin[], after: readonly Pin[]): PinDifference {
  const [old, now] = [byId(before), byId(after)];
  return {
    added: after.filter(({ id }) => !old.has(id)),
    removed: before.filter(({ id }) => !now.has(id)),
    changed: before.flatMap((pin) => {
      const other = now.get(pin.id);
      return other === undefined || textOf(other) === textOf(pin) ? [] : [{ before: pin, after: other }];
    }),
    isReordered: commonIds(before, now) !== commonIds(after, old),
  };
}

function commonIds(pins: readonly Pin[], others: ReadonlyMap<string, Pin>): string {
  return pins
    .filter(({ id }) => others.has(id))
    .map(({ id }) => id)
    .join(" ");
}

function byId(pins: readonly Pin[]): ReadonlyMap<string, Pin> {
  return new Map(pins.map((pin) => [pin.id, pin]));
}

/** Two pins are the same whatever the order of their fields. */
function textOf(pin: Pin | undefined): string | undefined {
  return (
    pin &&
    JSON.stringify(pin, (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    )
  );
}
