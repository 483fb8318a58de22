/** Visits in columns, some 30 bytes each: when, which item, and the signals of the request. */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { DataError } from "../errors.ts";
import { REQUEST_SIGNALS } from "../cold/compare-rows.ts";

export type RequestSignal = (typeof REQUEST_SIGNALS)[number];
export type VisitSignals = Readonly<Record<RequestSignal, string>>;

export type Column = { readonly codes: Uint32Array; readonly values: readonly string[] };

/** In the order of their times. */
export type Visits = {
  /** Whole seconds since 1970. */
  readonly timesS: Uint32Array;
  /** Numbered by their first visit. */
  readonly items: Uint32Array;
  readonly itemCount: number;
  /** Code 0 is the value of a request without the signal. */
  readonly signals: Readonly<Record<RequestSignal, Column>>;
};

/** They take some 600 MB while they are sorted. */
const MAX_VISITS = 10_000_000;
/** Clients may make up campaigns. Further values of a signal count as no signal. */
const MAX_VALUES = 20_000;
const FIRST_CAPACITY = 65_536;

export function createVisitTable(most = MAX_VISITS) {
  let capacity = FIRST_CAPACITY;
  let size = 0;
  let timesS = new Uint32Array(capacity);
  let items = new Uint32Array(capacity);
  const itemNumbers = new Map<string, number>();
  const columns = REQUEST_SIGNALS.map((signal) => ({
    signal,
    codes: new Uint32Array(capacity),
    known: new Map<string, number>([[NO_SIGNALS[signal], 0]]),
  }));
  const grow = (): void => {
    capacity *= 2;
    timesS = grown(timesS, capacity);
    items = grown(items, capacity);
    for (const column of columns) column.codes = grown(column.codes, capacity);
  };
  return {
    size: (): number => size,
    add: (timeS: number, item: string, signals: VisitSignals): void => {
      if (size === most) {
        throw new DataError(`more than ${most} visits: a part of the file, of some weeks say, tells as much`);
      }
      if (size === capacity) grow();
      timesS[size] = timeS;
      items[size] = numberOf(itemNumbers, item, Number.POSITIVE_INFINITY);
      for (const { signal, codes, known } of columns)
        codes[size] = numberOf(known, signals[signal], MAX_VALUES);
      size += 1;
    },
    /** The table's memory is given away: nothing can be added afterwards. */
    sorted: (): Visits => {
      const order = Uint32Array.from({ length: size }, (_, at) => at);
      // Visits of one second stay in the order of the file.
      order.sort((a, b) => timesS[a]! - timesS[b]! || a - b);
      const inOrder = (column: Uint32Array): Uint32Array => order.map((at) => column[at]!);
      return {
        timesS: inOrder(timesS),
        items: numberedByTime(inOrder(items), itemNumbers.size),
        itemCount: itemNumbers.size,
        signals: Object.fromEntries(
          columns.map(({ signal, codes, known }) => [
            signal,
            { codes: inOrder(codes), values: [...known.keys()] },
          ]),
        ) as unknown as Visits["signals"],
      };
    },
  };
}

/** So the figures do not depend on the order of the file's rows. */
function numberedByTime(items: Uint32Array, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  let known = 0;
  return items.map((item) => (numbers[item] ||= known += 1) - 1);
}

/** The text's number; 0, which is no signal, for one more than `most`. */
function numberOf(known: Map<string, number>, text: string, most: number): number {
  const number = known.get(text);
  if (number !== undefined) return number;
  if (known.size >= most) return 0;
  known.set(text, known.size);
  return known.size - 1;
}

function grown(from: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(from);
  return larger;
}
