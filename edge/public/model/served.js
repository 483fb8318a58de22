// @ts-check
/** The `Spillway-Served` header in words for people. Pure. */
/** @import { ServedAs, ServedReason } from "@spillway/shared/protocol/served.ts" */

/**
 * @typedef {{
 *   readonly as: ServedAs, readonly reason?: string, readonly cluster?: string, readonly assigned?: string,
 *   readonly standsInFor?: string, readonly generation?: number, readonly ageS?: number,
 *   readonly viewer?: string,
 * }} Served
 */

/** @type {Readonly<Record<ServedAs, string>>} */
const RUNGS = {
  individual: "Individual page",
  tailored: "Tailored at the edge",
  cluster: "Cluster page",
  parent: "Parent cluster’s page",
  generic: "Generic page",
  builtin: "Built-in page",
};

/** @type {Readonly<Record<ServedReason, string>>} */
const REASONS = {
  admitted: "the origin was asked",
  "over-threshold": "origin over its threshold",
  deadline: "origin missed the deadline",
  "origin-error": "origin answered with an error",
  "origin-unreachable": "origin out of reach",
  forced: "the operator’s mode says so",
  rule: "a routing rule says so",
  requested: "asked for by name",
  "no-model": "too little is known to personalize",
  suspect: "taken for a scraper",
  holdout: "one of those who are served otherwise, to compare",
};

/** How the viewer was known that a page was made for. @type {Readonly<Record<string, string>>} */
const KNOWN_BY = {
  cookie: "knows this viewer by the cookie in this browser",
  map: "knows this viewer by the viewer map",
  origin: "the origin knows this viewer’s history",
};

const PARAMETER = /\s*;\s*([a-z*][a-z0-9_.*-]*)(?:=(?:"((?:[^"\\]|\\["\\])*)"|([^;"\s]+)))?(?=\s*(?:;|$))/y;

/**
 * Parses an RFC 9651 item: a token with parameters. Returns undefined when the header is invalid or its rung
 * is unknown.
 * @param {string | null} header
 * @returns {Served | undefined}
 */
export function parseServed(header) {
  const [token = ""] = /^\s*[a-z]+/.exec(header ?? "") ?? [];
  const as = token.trim();
  if (header === null || !isRung(as)) return undefined;
  /** @type {Map<string, string>} */
  const parameters = new Map();
  PARAMETER.lastIndex = token.length;
  for (let match = PARAMETER.exec(header); match !== null; match = PARAMETER.exec(header)) {
    const [, name = "", quoted, bare] = match;
    const value = quoted?.replace(/\\(.)/g, "$1") ?? bare;
    if (value !== undefined) parameters.set(name, value);
  }
  const reason = parameters.get("reason");
  const cluster = parameters.get("cluster");
  const assigned = parameters.get("assigned");
  const standsInFor = parameters.get("stands-in-for");
  const generation = wholeNumber(parameters.get("generation"));
  const ageS = wholeNumber(parameters.get("age"));
  const viewer = parameters.get("viewer");
  return {
    as,
    ...(reason !== undefined && { reason }),
    ...(cluster !== undefined && { cluster }),
    ...(assigned !== undefined && { assigned }),
    ...(standsInFor !== undefined && { standsInFor }),
    ...(generation !== undefined && { generation }),
    ...(ageS !== undefined && { ageS }),
    ...(viewer !== undefined && { viewer }),
  };
}

/**
 * Returns the rung with its reason as a headline, and the details, the most important first.
 * @param {Served | undefined} served
 * @param {number} tookMs
 * @returns {{ readonly headline: string, readonly details: readonly string[] }}
 */
export function describeServed(served, tookMs) {
  const took = `answered in ${Math.max(1, Math.round(tookMs))} ms`;
  if (served === undefined) return { headline: "The answer does not say how it was served", details: [took] };
  const reason = served.reason === undefined ? undefined : (wordsFor(served.reason) ?? served.reason);
  const details = [
    isKnown(served) ? "personalized for this viewer" : undefined,
    served.viewer === undefined ? undefined : KNOWN_BY[served.viewer],
    served.cluster,
    served.assigned === undefined ? undefined : `in place of ${served.assigned}`,
    served.standsInFor === undefined ? undefined : `not what was asked for: ${served.standsInFor}`,
    served.generation === undefined ? undefined : `generation ${served.generation}`,
    served.ageS === undefined ? undefined : `${duration(served.ageS)} old`,
    took,
  ];
  return {
    headline: reason === undefined ? RUNGS[served.as] : `${RUNGS[served.as]} — ${reason}`,
    details: details.filter((detail) => detail !== undefined),
  };
}

/**
 * Whether the page was made for its viewer alone; all others share theirs with their audience, an individual
 * page of a stranger too.
 * @param {Served | undefined} served
 */
export function isKnown(served) {
  return served?.viewer !== undefined;
}

/**
 * @param {string} text
 * @returns {text is ServedAs}
 */
function isRung(text) {
  return Object.hasOwn(RUNGS, text);
}

/** @param {string} reason */
function wordsFor(reason) {
  return Object.hasOwn(REASONS, reason) ? REASONS[/** @type {ServedReason} */ (reason)] : undefined;
}

/** @param {string | undefined} text */
function wholeNumber(text) {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
