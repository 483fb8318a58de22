/** Turns stored signals into columns of codes. Each distinct JSON text is parsed once. Pure. */
import {
  NO_SIGNALS,
  SIGNAL_NAMES,
  type Depth,
  type Recency,
  type Signals,
  type TextForms,
} from "@spillway/shared/signals/signals.ts";
import type { Audience, SignalColumn } from "@spillway/model/clusters/audience.ts";
import { noPassedValues, parseSignals } from "@spillway/store/profiles/parse-signals.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";

export type AudienceSignal = keyof Audience["signals"];

export const AUDIENCE_SIGNALS = SIGNAL_NAMES.filter((name): name is AudienceSignal => name !== "affinity");

export type SignalColumns = {
  /** Recency and depth come from the history; what was stored of them is ignored. */
  readonly set: (user: number, stored: Signals, recency: Recency, depth: Depth) => void;
  /** Of the first users. Each column's values are in order of first appearance, after that of NO_SIGNALS. */
  readonly columns: (users: number) => Audience["signals"];
};

export function createSignalColumns(users: number): SignalColumns {
  const building = AUDIENCE_SIGNALS.map((name) => {
    const values: string[] = [NO_SIGNALS[name]];
    const known = new Map(values.map((value, code) => [value, code]));
    const texts = new Map<string, TextForms>();
    return { name, codes: sharedArray(Uint32Array, users), values, known, texts };
  });
  return {
    set: (user, stored, recency, depth) => {
      for (const { name, codes, values, known, texts } of building) {
        const value = name === "recency" ? recency : name === "depth" ? depth : stored[name];
        let code = known.get(value);
        if (code === undefined) {
          code = values.push(value) - 1;
          known.set(value, code);
          const forms = name === "campaign" || name === "event" ? stored.texts?.[name] : undefined;
          if (forms !== undefined) texts.set(value, forms);
        }
        codes[user] = code;
      }
    },
    columns: (count) =>
      byName((_, at) => {
        const { codes, ...column } = building[at]!;
        return { ...column, codes: codes.subarray(0, count) };
      }),
  };
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

/** The parser remembers each distinct text. */
export function signalsParser(): (json: string | null) => Signals {
  const known = new Map<string, Signals>();
  const passed = noPassedValues();
  return (json) => {
    if (json === null) return NO_SIGNALS;
    let signals = known.get(json);
    if (signals === undefined) known.set(json, (signals = parseSignals(json, passed) ?? NO_SIGNALS));
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
