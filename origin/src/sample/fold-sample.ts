/**
 * Folds a day's tuples, so that none is readable that fewer than ten visitors have: what makes them rare is
 * taken out of them step by step (k-anonymity by local recoding: L. Sweeney, 2002). Pure.
 *
 * All of a tuple counts but its minute and the routing's version. A value by itself that is rare goes first, which
 * is what free texts mostly are. Of combinations that are still rare, the signals go that rules seldom ask for, and
 * last those by which they are made. What is left over is joined by some of its outcome; a whole outcome that is
 * rare is withheld.
 */
import { FOLDABLE, type DecisionTuple, type Foldable } from "@spillway/shared/sample/decision-tuple.ts";
import {
  NO_SIGNALS,
  OTHER,
  SIGNAL_NAMES,
  type SignalName,
  type Signals,
} from "@spillway/shared/signals/signals.ts";
import { looksLikeAnId, looksLikeMail } from "./looks-like-an-id.ts";

export const FEWEST_VISITORS = 10;
/** What looks like an id is none of a person's when so many have it. */
const FEWEST_OF_AN_ID = 100;

export type PendingTuple = {
  readonly tuple: DecisionTuple;
  /** Who counts as one: a user, or the network of those who keep no cookies. */
  readonly visitor: string;
};

export type FoldedSample = {
  /** In the order of their minutes. */
  readonly tuples: readonly DecisionTuple[];
  /** Of outcomes that fewer than ten visitors had. */
  readonly withheld: { readonly tuples: number; readonly weight: number };
};

/** What goes first stands first. */
const STEPS: readonly (readonly Foldable[])[] = [
  ["recency"],
  ["depth"],
  ["affinity"],
  ["cluster"],
  ["region", "country"],
  ["device"],
  ["event"],
  ["campaign"],
  ["team"],
  ["entry"],
  ["rule"],
];

/** In a column of values, what is folded. */
const FOLDED = 0;

/** The tuples by columns, each value as a number: a day has a hundred thousand of them. */
type Columns = {
  /** What no step takes away. */
  readonly outcomes: Int32Array;
  readonly visitors: Int32Array;
  /** As `FOLDABLE` is ordered. */
  readonly fields: readonly Int32Array[];
};

/** `visitors` are different ones, and no more of them than are needed. */
type Group = { readonly rows: number[]; readonly visitors: number[] };

export function foldSample(pending: readonly PendingTuple[]): FoldedSample {
  const columns = columnsOf(pending);
  const groups = new Map<string, Group>();
  let rare = addTo(groups, columns, [...pending.keys()]);
  for (const step of STEPS) {
    if (rare.length === 0) break;
    fold(columns, rare, step);
    rare = addTo(groups, columns, rare);
  }
  const withheld = joinOthers(groups, columns, rare);
  const isWithheld = new Set(withheld);
  const tuples = pending.flatMap(({ tuple }, row) =>
    isWithheld.has(row) ? [] : [toTuple(tuple, columns, row)],
  );
  return {
    tuples: tuples.toSorted((a, b) => a.minute - b.minute),
    withheld: {
      tuples: withheld.length,
      weight: withheld.reduce((sum, row) => sum + (pending[row]?.tuple.weight ?? 0), 0),
    },
  };
}

function columnsOf(pending: readonly PendingTuple[]): Columns {
  const visitors = numbered(pending.map(({ visitor }) => visitor)).column;
  const outcomes = pending.map(({ tuple }) => {
    const { context, band, as, reason, holdout, known } = tuple;
    return [context, band, as, reason, holdout, known].join("\n");
  });
  return {
    visitors,
    outcomes: numbered(outcomes).column,
    fields: FOLDABLE.map((field) => commonValues(field, pending, visitors)),
  };
}

/** A number from 1 for each different text. */
function numbered(texts: readonly string[]): {
  readonly column: Int32Array;
  readonly names: readonly string[];
} {
  const numbers = new Map<string, number>();
  const column = Int32Array.from(texts, (text) => {
    const number = numbers.get(text) ?? numbers.size + 1;
    numbers.set(text, number);
    return number;
  });
  return { column, names: ["", ...numbers.keys()] };
}

/** The field's values; a value that is rare by itself is folded. */
function commonValues(field: Foldable, pending: readonly PendingTuple[], visitors: Int32Array): Int32Array {
  const { column, names } = numbered(pending.map(({ tuple }) => valueOf(tuple, field)));
  const fewest = names.map((name) => fewestOf(field, name));
  const seen = names.map(() => new Set<number>());
  column.forEach((value, row) => seen[value]?.add(visitors[row] ?? 0));
  let common = FOLDED;
  const numbers = seen.map(({ size }, value) => (size < (fewest[value] ?? 0) ? FOLDED : (common += 1)));
  return column.map((value) => numbers[value] ?? FOLDED);
}

function valueOf({ signals, ...tuple }: DecisionTuple, field: Foldable): string {
  if (!isSignal(field)) return tuple[field] ?? "";
  const text = field === "campaign" || field === "event" ? signals.texts?.[field]?.text : undefined;
  return text === undefined ? signals[field] : `${signals[field]}\n${text}`;
}

function isSignal(field: Foldable): field is SignalName {
  return (SIGNAL_NAMES as readonly string[]).includes(field);
}

/** How many visitors a value needs so that it is nobody's own. */
function fewestOf(field: Foldable, value: string): number {
  if (field !== "campaign" && field !== "event") return FEWEST_VISITORS;
  const forms = value.split("\n");
  if (forms.some((form) => form.includes("@") || looksLikeMail(form))) return Number.POSITIVE_INFINITY;
  return forms.some(looksLikeAnId) ? FEWEST_OF_AN_ID : FEWEST_VISITORS;
}

function fold({ fields }: Columns, rows: readonly number[], which: readonly Foldable[]): void {
  for (const field of which) {
    const column = fields[FOLDABLE.indexOf(field)];
    if (column === undefined) continue;
    for (const row of rows) column[row] = FOLDED;
  }
}

/** Returns the rows whose groups are too small, and takes these groups out again. */
function addTo(groups: Map<string, Group>, columns: Columns, rows: readonly number[]): number[] {
  const touched = new Map<string, Group>();
  for (const row of rows) {
    const key = keyOf(columns, row);
    const group = groups.get(key) ?? { rows: [], visitors: [] };
    const visitor = columns.visitors[row] ?? 0;
    group.rows.push(row);
    if (group.visitors.length < FEWEST_VISITORS && !group.visitors.includes(visitor))
      group.visitors.push(visitor);
    groups.set(key, group);
    touched.set(key, group);
  }
  const rare: number[] = [];
  for (const [key, group] of touched) {
    if (group.visitors.length >= FEWEST_VISITORS) continue;
    for (const row of group.rows) rare.push(row);
    groups.delete(key);
  }
  return rare;
}

/** Values that are not rare are fewer than 2¹⁶, so each is one character. */
function keyOf({ outcomes, fields }: Columns, row: number): string {
  let key = String.fromCharCode(outcomes[row] ?? 0);
  for (const column of fields) key += String.fromCharCode(column[row] ?? 0);
  return key;
}

/**
 * Rows of which nothing but the outcome is left: as many visitors as they lack join them, from the largest
 * group of the same outcome, which they leave large enough. Returns the rows for which there is no such
 * group.
 */
function joinOthers(groups: ReadonlyMap<string, Group>, columns: Columns, rare: readonly number[]): number[] {
  const visitorOf = (row: number): number => columns.visitors[row] ?? 0;
  const outcomeOf = (row: number): number => columns.outcomes[row] ?? 0;
  const largestFirst = [...groups.values()].toSorted((a, b) => b.rows.length - a.rows.length);
  return [...Map.groupBy(rare, outcomeOf)].flatMap(([outcome, left]) => {
    const own = new Set(left.map(visitorOf));
    const others = largestFirst.find(
      ({ rows: [first] }) => first !== undefined && outcomeOf(first) === outcome,
    );
    if (others === undefined) return left;
    const visitors = new Set(others.rows.map(visitorOf));
    const lacking = FEWEST_VISITORS - own.size;
    const leaves = visitors.size - lacking >= FEWEST_VISITORS;
    const joining = leaves ? new Set([...visitors.difference(own)].slice(0, lacking)) : visitors;
    fold(
      columns,
      others.rows.filter((row) => joining.has(visitorOf(row))),
      FOLDABLE,
    );
    return [];
  });
}

function toTuple(tuple: DecisionTuple, { fields }: Columns, row: number): DecisionTuple {
  const folded = new Set(FOLDABLE.filter((_, at) => fields[at]?.[row] === FOLDED));
  if (folded.size === 0) return tuple;
  const { country, cluster, rule } = tuple;
  return {
    ...tuple,
    signals: foldedSignals(tuple.signals, folded),
    country: folded.has("country") ? undefined : country,
    cluster: folded.has("cluster") ? undefined : cluster,
    rule: folded.has("rule") ? undefined : rule,
    folded: [...folded],
  };
}

/** Where a vocabulary has no `other`, its value for "nothing" stands. */
const FOLDED_SIGNALS: Signals = {
  ...NO_SIGNALS,
  team: OTHER,
  campaign: OTHER,
  event: OTHER,
  affinity: OTHER,
  region: OTHER,
};

function foldedSignals({ texts, ...signals }: Signals, folded: ReadonlySet<Foldable>): Signals {
  const values = {
    ...signals,
    ...Object.fromEntries(
      SIGNAL_NAMES.filter((name) => folded.has(name)).map((name) => [name, FOLDED_SIGNALS[name]]),
    ),
  };
  const { campaign, event } = texts ?? {};
  const left = {
    ...(campaign === undefined || folded.has("campaign") ? {} : { campaign }),
    ...(event === undefined || folded.has("event") ? {} : { event }),
  };
  return Object.keys(left).length === 0 ? values : { ...values, texts: left };
}
