/** Turns stored signals into columns of codes. Pure. */
import {
  NO_SIGNALS,
  SIGNAL_NAMES,
  type Depth,
  type Recency,
  type Signals,
  type TextForms,
} from "@spillway/shared/signals/signals.ts";
import type { Audience, SignalColumn } from "@spillway/model/clusters/audience.ts";
import { parseSignals } from "@spillway/store/profiles/parse-signals.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";
import { createSignalsScanner } from "./signals-scanner.ts";

export type AudienceSignal = keyof Audience["signals"];

export const AUDIENCE_SIGNALS = SIGNAL_NAMES.filter((name): name is AudienceSignal => name !== "affinity");

export type SignalColumns = {
  /**
   * The user's signals are the JSON that stands at `from` … `to` in `texts`; those of NO_SIGNALS where it is
   * empty, or not valid. Recency and depth come from the history; what was stored of them is ignored.
   */
  readonly set: (
    user: number,
    texts: Uint8Array,
    from: number,
    to: number,
    recency: Recency,
    depth: Depth,
  ) => void;
  /** Of the first users. Each column's values are in order of first appearance, after that of NO_SIGNALS. */
  readonly columns: (users: number) => Audience["signals"];
};

export function createSignalColumns(users: number): SignalColumns {
  const columns = byName((name) => createColumn(name, users));
  const stored = AUDIENCE_SIGNALS.filter((name) => name !== "recency" && name !== "depth").map((name) => ({
    name,
    column: columns[name],
    place: SIGNAL_NAMES.indexOf(name),
  }));
  const scanner = createSignalsScanner();
  const parse = signalsParser();
  const setParsed = (user: number, { texts, ...signals }: Signals): void => {
    for (const { name, column } of stored) {
      const forms = name === "campaign" || name === "event" ? texts?.[name] : undefined;
      column.codes[user] = column.codeOf(signals[name], forms);
    }
    scanner.learn(
      signals,
      (name, value) => stored.find((own) => own.name === name)?.column.codeOf(value) ?? 0,
    );
  };
  return {
    set: (user, texts, from, to, recency, depth) => {
      columns.recency.codes[user] = columns.recency.codeOf(recency);
      columns.depth.codes[user] = columns.depth.codeOf(depth);
      if (!scanner.scan(texts, from, to)) return setParsed(user, parse(texts, from, to));
      for (let at = 0; at < stored.length; at += 1) {
        const { column, place } = stored[at]!;
        column.codes[user] = scanner.codes[place]!;
      }
    },
    columns: (count) =>
      byName((name) => {
        const { codes, values, texts } = columns[name];
        return { codes: codes.subarray(0, count), values, texts };
      }),
  };
}

type Column = {
  readonly codes: Uint32Array;
  readonly values: readonly string[];
  readonly texts: ReadonlyMap<string, TextForms>;
  /** A value that is new gets the next code; `forms` are what people call it. */
  readonly codeOf: (value: string, forms?: TextForms) => number;
};

function createColumn(name: AudienceSignal, users: number): Column {
  const values: string[] = [NO_SIGNALS[name]];
  const known = new Map(values.map((value, code) => [value, code]));
  const texts = new Map<string, TextForms>();
  const codeOf = (value: string, forms?: TextForms): number => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const code = values.push(value) - 1;
    known.set(value, code);
    if (forms !== undefined) texts.set(value, forms);
    return code;
  };
  return { codes: sharedArray(Uint32Array, users), values, texts, codeOf };
}

/** Makes one value for each signal of an audience, in the order of AUDIENCE_SIGNALS. */
export function byName<Value>(
  make: (name: AudienceSignal, at: number) => Value,
): Record<AudienceSignal, Value> {
  return Object.fromEntries(AUDIENCE_SIGNALS.map((name, at) => [name, make(name, at)])) as Record<
    AudienceSignal,
    Value
  >;
}

/** Of nothing, and of what is not valid: NO_SIGNALS. The parser remembers each distinct text. */
function signalsParser(): (texts: Uint8Array, from: number, to: number) => Signals {
  const known = new Map<string, Signals>();
  const utf8 = new TextDecoder();
  return (texts, from, to) => {
    if (from === to) return NO_SIGNALS;
    const json = utf8.decode(texts.subarray(from, to));
    const before = known.get(json);
    if (before !== undefined) return before;
    const signals = parseSignals(json) ?? NO_SIGNALS;
    known.set(json, signals);
    return signals;
  };
}

/**
 * Joins the columns of chunks. Code 0 is the value of NO_SIGNALS; the other values are numbered in
 * alphabetical order, so that the result does not depend on how the audience was cut into chunks.
 */
export function joinColumns(name: AudienceSignal, chunks: readonly SignalColumn[]): SignalColumn {
  const none: string = NO_SIGNALS[name];
  const others = new Set(chunks.flatMap(({ values }) => values));
  others.delete(none);
  const values = [none, ...[...others].toSorted()];
  const codeOf = new Map(values.map((value, code) => [value, code]));
  const users = chunks.reduce((sum, { codes }) => sum + codes.length, 0);
  const joined = sharedArray(Uint32Array, users);
  let at = 0;
  for (const { codes, values: own } of chunks) {
    const codeInAll = Uint32Array.from(own, (value) => codeOf.get(value) ?? 0);
    for (const code of codes) joined[at++] = codeInAll[code]!;
  }
  const texts = new Map(chunks.flatMap((chunk) => [...(chunk.texts ?? [])]));
  return { codes: joined, values, ...(texts.size > 0 && { texts }) };
}
