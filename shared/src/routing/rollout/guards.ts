/**
 * Guards of a rollout: what the candidate may cost its visitors, over what the current version gives others
 * at the same time. Pure.
 */

export const GUARD_NAMES = [
  "generic share",
  "served worse than before",
  "origin errors",
  "p99",
  "plays per impression",
] as const;
export type GuardName = (typeof GUARD_NAMES)[number];

export type Guard = {
  readonly name: GuardName;
  /**
   * For the first three: how much larger the candidate's share of requests may be, as a difference of shares.
   * For `p99` milliseconds; for `plays per impression` the least part of the current version's figure.
   */
  readonly limit: number;
};

type GuardForm = {
  readonly unit: "%" | "ms";
  readonly sign: "<" | ">";
  readonly otherwise: number;
  /** In the unit. */
  readonly least: number;
  readonly most: number;
};

const SHARE: Omit<GuardForm, "otherwise"> = { unit: "%", sign: "<", least: 0.1, most: 100 };

/** How each is written; `otherwise` is its limit where it is named alone. */
const FORMS: Readonly<Record<GuardName, GuardForm>> = {
  "generic share": { ...SHARE, otherwise: 5 },
  "served worse than before": { ...SHARE, otherwise: 10 },
  "origin errors": { ...SHARE, otherwise: 2 },
  p99: { unit: "ms", sign: "<", otherwise: 1000, least: 1, most: 30_000 },
  "plays per impression": { unit: "%", sign: ">", otherwise: 90, least: 1, most: 100 },
};

/**
 * Those that hold where none is named. Not everybody posts impressions, so that plays are watched on demand.
 */
export const DEFAULT_GUARDS: readonly Guard[] = [
  { name: "generic share", limit: 0.05 },
  { name: "served worse than before", limit: 0.1 },
  { name: "origin errors", limit: 0.02 },
  { name: "p99", limit: 1000 },
];

/** By how much more of the answers may take longer than a `p99` guard allows. */
export const P99_SHARE = 0.01;

export type GuardText =
  | { readonly ok: true; readonly guard: Guard }
  | { readonly ok: false; readonly reason: string };

/** Reads `generic share < 5%`, `p99 < 300 ms`, `plays per impression > 90%`, or a name alone. */
export function parseGuard(text: string): GuardText {
  const [, written = "", sign, number, unit] =
    /^\s*([^<>=]*?)\s*(?:([<>]=?)\s*(\d+(?:\.\d+)?)\s*(%|ms)?\s*)?$/.exec(text) ?? [];
  const name = GUARD_NAMES.find((known) => known === written.toLowerCase().replace(/\s+/g, " "));
  if (name === undefined) return wrong(text, `is none of ${GUARD_NAMES.join(", ")}`);
  const form = FORMS[name];
  const example = `"${name} ${form.sign} ${form.otherwise}${form.unit === "%" ? "%" : " ms"}"`;
  if (number === undefined) return { ok: true, guard: { name, limit: inBase(form.otherwise, form) } };
  if (sign?.[0] !== form.sign || unit !== form.unit) return wrong(text, `must be written as ${example}`);
  const limit = Number(number);
  if (limit < form.least || limit > form.most) {
    return wrong(text, `needs a limit from ${form.least} to ${form.most} ${form.unit}`);
  }
  return { ok: true, guard: { name, limit: inBase(limit, form) } };
}

/** As {@link parseGuard} reads it. */
export function formatGuard({ name, limit }: Guard): string {
  const { unit, sign } = FORMS[name];
  return unit === "%" ? `${name} ${sign} ${rounded(limit * 100)}%` : `${name} ${sign} ${rounded(limit)} ms`;
}

function inBase(limit: number, { unit }: GuardForm): number {
  return unit === "%" ? limit / 100 : limit;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function wrong(text: string, reason: string): GuardText {
  return { ok: false, reason: `guard "${text}" ${reason}` };
}
