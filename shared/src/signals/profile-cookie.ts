/**
 * The profile cookie `v1.<affinity>.<recency>.<depth>` carries the signals that only the platform knows. It
 * is a hint: who forges it gets the page of another audience, and nothing else.
 */
import { DEPTHS, NO_SIGNALS, RECENCIES, type Depth, type ProfileSignals, type Recency } from "./signals.ts";
import { toSignalValue } from "./signal-value.ts";
import { COOKIE } from "../protocol/wire.ts";
import { readCookie } from "./cookies.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

const FORM = /^v1\.([^.]{1,48})\.([^.]{1,16})\.([^.]{1,16})$/;
/** All affinities that the origin makes: what toSignalValue returns, in lower case. */
const AFFINITY = /^[a-z0-9_-]{1,48}$/;
const SOURCE = `cookie ${COOKIE.profile}`;

type Profile = {
  readonly affinity: TracedValue;
  readonly recency: TracedValue<Recency>;
  readonly depth: TracedValue<Depth>;
};

const NO_PROFILE: Profile = {
  affinity: { value: NO_SIGNALS.affinity, source: DEFAULT_SOURCE },
  recency: { value: NO_SIGNALS.recency, source: DEFAULT_SOURCE },
  depth: { value: NO_SIGNALS.depth, source: DEFAULT_SOURCE },
};

/** Each field counts by itself, so an invalid one does not spoil the others. */
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

/**
 * Returns the cookie's value. An affinity that the cookie cannot carry is turned into a signal value, so that
 * the result can always be read.
 */
export function formatProfileCookie({ affinity, recency, depth }: ProfileSignals): string {
  return `v1.${AFFINITY.test(affinity) ? affinity : toSignalValue(affinity).toLowerCase()}.${recency}.${depth}`;
}

const MAX_AGE_S = 90 * 24 * 3600;

/** The `Set-Cookie` header that carries `value`, as {@link formatProfileCookie} has made it. */
export function profileSetCookie(value: string): string {
  return `${COOKIE.profile}=${value}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax; HttpOnly`;
}

/** The same for what the origin has sent, if it is such a value. */
export function readProfileHeader(value: string): string | undefined {
  const [, affinity = "", recency = "", depth = ""] = FORM.exec(value) ?? [];
  const isSound = AFFINITY.test(affinity) && isOneOf(RECENCIES, recency) && isOneOf(DEPTHS, depth);
  return isSound ? profileSetCookie(value) : undefined;
}
