/** Whom a page is for, as its request says: the parameters `country` and `rating`. Pure. */
import { refused, type Refusal } from "./problem.ts";
import { MAX_AGE_RATING, type Audience } from "./restrictions.ts";
import { isNowhere, notATerritory, readTerritory } from "./territories.ts";

const RATING_FORM = `must be an age limit in whole years, 0–${MAX_AGE_RATING}, such as 12`;

/** `valueOf` reads a parameter; what stands for no value is undefined. */
export function readAudience(valueOf: (name: string) => string | undefined): Audience | Refusal {
  const rating = valueOf("rating");
  const ageLimit = rating === undefined ? undefined : readAgeLimit(rating);
  if (rating !== undefined && ageLimit === undefined) return refused(400, "rating", RATING_FORM);
  const named = valueOf("country");
  const country = readTerritory(named);
  if (named !== undefined && country === undefined && !isNowhere(named)) {
    return refused(400, "country", notATerritory(named));
  }
  return { country, ageLimit };
}

/** Undefined for what is no age limit. */
export function readAgeLimit(text: string): number | undefined {
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const limit = Number(text);
  return limit <= MAX_AGE_RATING ? limit : undefined;
}

/** The least of the limits that there are; undefined where there is none. */
export function strictest(...limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
