/** Which rows of a snapshot an audience may not see, worked out once for each audience. */
import {
  allowedClasses,
  mayBeShownTo,
  type Audience,
  type Restriction,
} from "@spillway/shared/protocol/restrictions.ts";
import { isShown, type Snapshot } from "./snapshot.ts";

export type WithheldRows = {
  /** Ascending. */
  readonly rows: Uint32Array;
  readonly has: (row: number) => boolean;
};

const NOTHING: WithheldRows = { rows: new Uint32Array(0), has: () => false };

/** A snapshot is replaced at least each minute, and the audiences of a minute are few. */
const MAX_AUDIENCES = 64;
const remembered = new WeakMap<Snapshot, Map<string, WithheldRows>>();

/** Takes some microseconds, but for an audience that is new to the snapshot. */
export function withheldRows(snapshot: Snapshot, audience: Audience): WithheldRows {
  const { table } = snapshot.data;
  if (table.restrictions.length === 1 && snapshot.changedRestrictions.size === 0) return NOTHING;
  let byAudience = remembered.get(snapshot);
  if (byAudience === undefined) remembered.set(snapshot, (byAudience = new Map<string, WithheldRows>()));
  const key = `${audience.country ?? ""} ${audience.ageLimit ?? ""}`;
  const known = byAudience.get(key);
  if (known !== undefined) return known;
  const own = findRows(snapshot, audience);
  if (byAudience.size >= MAX_AUDIENCES) byAudience.clear();
  byAudience.set(key, own);
  return own;
}

/** Whether the item may be shown now, and to this audience. */
export function isShownTo(snapshot: Snapshot, audience: Audience, row: number): boolean {
  return isShown(snapshot, row) && !withheldRows(snapshot, audience).has(row);
}

function findRows({ data, changedRestrictions }: Snapshot, audience: Audience): WithheldRows {
  const { restrictionClass, restrictions } = data.table;
  const allowed = allowedClasses(restrictions, audience);
  const mask = Uint8Array.from(restrictionClass, (of) => 1 - (allowed[of] ?? 0));
  changedRestrictions.forEach((restriction: Restriction, row) => {
    mask[row] = mayBeShownTo(restriction, audience) ? 0 : 1;
  });
  const rows: number[] = [];
  mask.forEach((isWithheld, row) => {
    if (isWithheld === 1) rows.push(row);
  });
  return { rows: Uint32Array.from(rows), has: (row) => mask[row] === 1 };
}
