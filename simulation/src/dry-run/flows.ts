/** From what each minute's requests would ask to what they would get, before and after. Pure. */
import { budgetOf, observedRates, type Budget, type PerAsker } from "./minute-budget.ts";
import { shapeOf, type ObservedMinute } from "./minute-shape.ts";
import type { AsksAs, Cell, Cells, Way } from "./cells.ts";
import { addSums, NO_SUMS, type Sums } from "./estimate.ts";
import type { Outcome } from "./outcome.ts";

/** Undefined where no threshold holds. */
export type ThresholdAt = (minute: number) => number | undefined;

export type Side = {
  readonly thresholdAt: ThresholdAt;
  /** True: what was recorded, itself. */
  readonly isRecord: boolean;
};

/** The origin in one minute, in requests a second. */
export type OriginLoad = {
  readonly askedPerSec: number;
  readonly admittedPerSec: number;
  readonly thresholdPerSec: number | undefined;
  /** What the load is estimated from. */
  readonly sums: Sums;
};

export type MinuteLoad = { readonly minute: number; readonly before: OriginLoad; readonly after: OriginLoad };

export type Flows = {
  /** `from`, `to` → sums; those that stay as they are, too. */
  readonly flows: ReadonlyMap<Outcome, ReadonlyMap<Outcome, Sums>>;
  readonly minutes: readonly MinuteLoad[];
  /** Minutes that were partly over the threshold, with no calm minute beside that tells of the calm part. */
  readonly guessedMinutes: readonly number[];
};

/** What rounding leaves of a sum is no flow. */
const DUST = 1e-9;

export function flowsOf(cells: Cells, observedThreshold: ThresholdAt, before: Side, after: Side): Flows {
  const flows = new Map<Outcome, Map<Outcome, Sums>>();
  const minutes: MinuteLoad[] = [];
  const guessedMinutes: number[] = [];
  const observed = new Map<number, ObservedMinute>();
  for (const [minute, ways] of cells.minutes)
    observed.set(minute, observedOf(ways.values(), observedThreshold(minute)));
  for (const [minute, ways] of [...cells.minutes].toSorted(([a], [b]) => a - b)) {
    const seen = observed.get(minute) as ObservedMinute;
    const neighbours = [minute - 1, minute + 1].flatMap((at) => observed.get(at) ?? []);
    const shape = shapeOf(seen, neighbours);
    const went = askersOf(ways.values(), (cell) => (cell.went.asked === "none" ? undefined : cell.went.as));
    const passed = askersOf(ways.values(), ({ went: { asked, as } }) =>
      asked === "admitted" || asked === "failed" ? as : undefined,
    );
    const rates = observedRates({ asked: went, admitted: passed });
    const failing = failingPart(ways.values());
    const sideOf = (side: Side, pick: (cell: Cell) => Way): { budget: Budget; load: OriginLoad } => {
      const threshold = side.thresholdAt(minute);
      const asks = askersOf(ways.values(), (cell) => pick(cell).asks);
      const free = sumOf(ways.values(), (cell) => pick(cell).asks === "free");
      const budget = budgetOf(asks, threshold, seen, shape, rates);
      const sums = sumOf(ways.values(), (cell) => pick(cell).asks !== undefined);
      const load = {
        askedPerSec: sums.requests / 60,
        admittedPerSec: (budget.admitted + free.requests) / 60,
        thresholdPerSec: threshold,
        sums,
      };
      return { budget, load };
    };
    const was = sideOf(before, (cell) => cell.before);
    const is = sideOf(after, (cell) => cell.after);
    if (shape.isGuess) guessedMinutes.push(minute);
    minutes.push({ minute, before: was.load, after: is.load });
    for (const cell of ways.values()) {
      const from = individualPart(cell, cell.before, before, was.budget, rates, failing);
      const to = individualPart(cell, cell.after, after, is.budget, rates, failing);
      spread(flows, cell, from, to);
    }
  }
  return { flows, minutes, guessedMinutes };
}

function observedOf(cells: Iterable<Cell>, threshold: number | undefined): ObservedMinute {
  let [asked, admitted] = [0, 0];
  for (const { went, sums } of cells) {
    if (went.asked === "none") continue;
    asked += sums.requests;
    if (went.asked !== "refused") admitted += sums.requests;
  }
  return { asked, admitted, thresholdPerSec: threshold ?? Number.POSITIVE_INFINITY };
}

function askersOf(cells: Iterable<Cell>, pick: (cell: Cell) => AsksAs | undefined): PerAsker {
  const asks: [number, number, number] = [0, 0, 0];
  for (const cell of cells) {
    const as = pick(cell);
    if (as !== undefined && as !== "free") asks[as] += cell.sums.requests;
  }
  return asks;
}

function sumOf(cells: Iterable<Cell>, pick: (cell: Cell) => boolean): Sums {
  let sums = NO_SUMS;
  for (const cell of cells) if (pick(cell)) sums = addSums(sums, cell.sums);
  return sums;
}

/** Which part of what the gate let pass was not answered in time. */
function failingPart(cells: Iterable<Cell>): number {
  let [answered, failed] = [0, 0];
  for (const { went, sums } of cells) {
    if (went.asked === "admitted") answered += sums.requests;
    if (went.asked === "failed") failed += sums.requests;
  }
  return failed === 0 ? 0 : failed / (answered + failed);
}

/** The part of a cell that is served individually. */
function individualPart(
  { went }: Cell,
  { asks }: Way,
  { isRecord }: Side,
  budget: Budget,
  rates: PerAsker,
  failing: number,
): number {
  if (asks === undefined) return 0;
  if (isRecord) return went.asked === "admitted" ? 1 : 0;
  const rate = asks === "free" ? 1 : budget.rates[asks];
  if (went.asked === "failed") return 0;
  if (went.asked === "none") return rate * (1 - failing);
  const seen = went.as === "free" ? 1 : rates[went.as];
  if (went.asked === "admitted") return seen === 0 ? rate : Math.min(1, rate / seen);
  return rate <= seen ? 0 : ((rate - seen) / (1 - seen)) * (1 - failing);
}

/** Whom the budget serves under both is the same, as far as it goes. */
function spread(
  flows: Map<Outcome, Map<Outcome, Sums>>,
  { before, after, sums }: Cell,
  from: number,
  to: number,
): void {
  const both = Math.min(from, to);
  add(flows, "individual", "individual", sums, both);
  add(flows, "individual", after.page, sums, from - both);
  add(flows, before.page, "individual", sums, to - both);
  add(flows, before.page, after.page, sums, 1 - Math.max(from, to));
}

function add(
  flows: Map<Outcome, Map<Outcome, Sums>>,
  from: Outcome,
  to: Outcome,
  sums: Sums,
  part: number,
): void {
  if (part < DUST) return;
  const row = flows.get(from) ?? new Map<Outcome, Sums>();
  flows.set(from, row);
  row.set(
    to,
    addSums(row.get(to) ?? NO_SUMS, {
      tuples: sums.tuples * part,
      requests: sums.requests * part,
      squares: sums.squares * part,
    }),
  );
}
