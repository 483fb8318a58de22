/**
 * What an item may be shown to: the territories that its rights are for, and its least age. One rule for
 * every rung, at edge and origin (docs/decisions/0026-what-may-be-shown-to-whom.md). Pure.
 */

/** Codes of territories.ts. An item has either of the two lists, or none. */
export type Territories = {
  /** The item may be shown in these alone. */
  readonly allowed?: readonly string[] | undefined;
  /** The item may be shown everywhere else. */
  readonly denied?: readonly string[] | undefined;
};

export type Restriction = {
  readonly territories?: Territories | undefined;
  /** The least age, in whole years. An item without one is for everybody. */
  readonly ageRating?: number | undefined;
};

/** Whom something is shown to. */
export type Audience = {
  /** A code of territories.ts. Where it is unknown, nothing is shown whose rights depend on it. */
  readonly country: string | undefined;
  /** In whole years: items of a higher age rating are not shown. Undefined where there is no limit. */
  readonly ageLimit: number | undefined;
};

/** The highest age rating, and the highest age limit. */
export const MAX_AGE_RATING = 21;

/** A viewer of unknown country without an age limit. */
export const ANYBODY: Audience = { country: undefined, ageLimit: undefined };

export function mayBeShownTo(
  { territories, ageRating }: Restriction,
  { country, ageLimit }: Audience,
): boolean {
  if (ageRating !== undefined && ageLimit !== undefined && ageRating > ageLimit) return false;
  if (territories === undefined) return true;
  const { allowed, denied } = territories;
  if (country === undefined || (allowed === undefined && denied === undefined)) return false;
  return allowed?.includes(country) !== false && denied?.includes(country) !== true;
}

/** Whether there is anybody whom it may not be shown to. */
export function isRestricted({ territories, ageRating }: Restriction): boolean {
  return territories !== undefined || (ageRating !== undefined && ageRating > 0);
}

export type RestrictionClasses = {
  /** For each item its class. */
  readonly classOf: Uint16Array;
  /** The first, 0, is that of items without restrictions. */
  readonly classes: readonly Restriction[];
};

const UNRESTRICTED: Restriction = {};
/** Stands for all classes beyond those that 16 bits can number. */
const FOR_NOBODY: Restriction = { territories: { allowed: [] } };
const MAX_CLASSES = 0x1_0000;

/** Items with equal restrictions are of one class, so that an audience is compared with a few of them. */
export function restrictionClasses(items: readonly Restriction[]): RestrictionClasses {
  const classes: Restriction[] = [UNRESTRICTED];
  const known = new Map<string, number>();
  const classOf = Uint16Array.from(items, (item) => {
    if (!isRestricted(item)) return 0;
    const key = restrictionKey(item);
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = Math.min(classes.length, MAX_CLASSES - 1);
    classes[own] = own === MAX_CLASSES - 1 ? FOR_NOBODY : restrictionOf(item);
    known.set(key, own);
    return own;
  });
  return { classOf, classes };
}

/** The restriction alone, in the form of a page's item: what does not restrict is absent. */
export function restrictionOf({ territories, ageRating }: Restriction): {
  readonly territories?: Territories;
  readonly ageRating?: number;
} {
  return {
    ...(territories !== undefined && { territories }),
    ...(ageRating !== undefined && { ageRating }),
  };
}

function restrictionKey({ territories, ageRating }: Restriction): string {
  return JSON.stringify([territories?.allowed?.toSorted(), territories?.denied?.toSorted(), ageRating ?? 0]);
}

/**
 * What is remembered takes at most so much, over all lists: each page in memory has one of its own, and
 * whoever asks may name any age limit.
 */
const MAX_REMEMBERED_BYTES = 1024 * 1024;
/** What an entry takes beside its classes, estimated generously. */
const ENTRY_BYTES = 300;

let remembered = new WeakMap<readonly Restriction[], Map<string, Uint8Array>>();
let rememberedBytes = 0;

/** For each class 1 where it may be shown to the audience, else 0; remembered for each audience. */
export function allowedClasses(classes: readonly Restriction[], audience: Audience): Uint8Array {
  const key = `${audience.country ?? ""} ${audience.ageLimit ?? ""}`;
  const known = remembered.get(classes)?.get(key);
  if (known !== undefined) return known;
  const allowed = Uint8Array.from(classes, (restriction) => (mayBeShownTo(restriction, audience) ? 1 : 0));
  rememberedBytes += allowed.length + ENTRY_BYTES;
  if (rememberedBytes > MAX_REMEMBERED_BYTES) {
    remembered = new WeakMap();
    rememberedBytes = allowed.length + ENTRY_BYTES;
  }
  const byAudience = remembered.get(classes);
  if (byAudience === undefined) remembered.set(classes, new Map([[key, allowed]]));
  else byAudience.set(key, allowed);
  return allowed;
}
