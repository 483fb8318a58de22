/**
 * The profile cookie `v1.<affinity>.<recency>.<depth>`: the signals that only the platform knows, carried by the visitor.
 * A hint: whoever forges it gets another audience's page, and nothing else.
 */
import {
  DEPTHS,
  NO_SIGNALS,
  RECENCIES,
  toSignalValue,
  type Depth,
  type ProfileSignals,
  type Recency,
} from "./signals.ts";
import { COOKIE } from "../protocol/wire.ts";
import { readCookie } from "./cookies.ts";
import { DEFAULT_SOURCE, type Told } from "./told.ts";

const FORM = /^v1\.([^.]{1,48})\.([^.]{1,16})\.([^.]{1,16})$/;
/** All that the origin makes affinities of: what toSignalValue leaves, in lower case. */
const AFFINITY = /^[a-z0-9_-]{1,48}$/;
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
  const fields = text === undefined ? null : FORM.exec(text);
  if (fields === null) return NO_PROFILE;
  const [, affinity = "", recency = "", depth = ""] = fields;
  return {
    affinity: AFFINITY.test(affinity) ? { value: affinity, source: SOURCE } : NO_PROFILE.affinity,
    recency: isOneOf(RECENCIES, recency) ? { value: recency, source: SOURCE } : NO_PROFILE.recency,
    depth: isOneOf(DEPTHS, depth) ? { value: depth, source: SOURCE } : NO_PROFILE.depth,
  };
}

function isOneOf<Value extends string>(values: readonly Value[], text: string): text is Value {
  return (values as readonly string[]).includes(text);
}

/** The cookie's value; an affinity that it cannot carry is brought into form, so that the result always reads back. */
export function formatProfileCookie({ affinity, recency, depth }: ProfileSignals): string {
  return `v1.${AFFINITY.test(affinity) ? affinity : toSignalValue(affinity).toLowerCase()}.${recency}.${depth}`;
}
