/**
 * The profile cookie `v1.<affinity>.<recency>.<depth>`: the signals that only the platform knows, carried by the visitor.
 * A hint: whoever forges it gets another audience's page, and nothing else.
 */
import {
  DEPTHS,
  NO_SIGNALS,
  NONE,
  RECENCIES,
  toSignalValue,
  type Depth,
  type ProfileSignals,
  type Recency,
} from "../signals.ts";
import { COOKIE } from "../wire.ts";
import { readCookie } from "./cookies.ts";
import { DEFAULT_SOURCE, type Told } from "./told.ts";

const VERSION = "v1";
const AFFINITY = /^[a-z0-9-]{1,32}$/;
const SOURCE = `cookie ${COOKIE.profile}`;

type Profile = {
  readonly affinity: Told;
  readonly recency: Told<Recency>;
  readonly depth: Told<Depth>;
};

const NO_PROFILE: Profile = {
  affinity: { value: NO_SIGNALS.affinity, source: DEFAULT_SOURCE },
  recency: { value: NO_SIGNALS.recency, source: DEFAULT_SOURCE },
  depth: { value: NO_SIGNALS.depth, source: DEFAULT_SOURCE },
};

/** Each field counts by itself: one that is not valid leaves the others standing. */
export function readProfileCookie(cookies: string | null | undefined): Profile {
  const text = readCookie(cookies, COOKIE.profile);
  if (text === undefined || text.length > 128) return NO_PROFILE;
  const [version, affinity = "", recency, depth, ...rest] = text.split(".");
  if (version !== VERSION || rest.length > 0) return NO_PROFILE;
  const knownRecency = RECENCIES.find((known) => known === recency);
  const knownDepth = DEPTHS.find((known) => known === depth);
  return {
    affinity: AFFINITY.test(affinity) ? { value: affinity, source: SOURCE } : NO_PROFILE.affinity,
    recency: knownRecency === undefined ? NO_PROFILE.recency : { value: knownRecency, source: SOURCE },
    depth: knownDepth === undefined ? NO_PROFILE.depth : { value: knownDepth, source: SOURCE },
  };
}

/** The cookie's value; an affinity that it cannot carry is brought into form, so that the result always reads back. */
export function formatProfileCookie({ affinity, recency, depth }: ProfileSignals): string {
  return `${VERSION}.${AFFINITY.test(affinity) ? affinity : toAffinity(affinity)}.${recency}.${depth}`;
}

function toAffinity(text: string): string {
  const slug = toSignalValue(text).toLowerCase().replaceAll("_", "-").slice(0, 32);
  return slug === "" ? NONE : slug;
}
