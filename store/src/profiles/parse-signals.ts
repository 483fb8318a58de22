/** A stored row's JSON → signals. */
import { SIGNAL_NAMES, signalsSchema, type Signals } from "@spillway/shared/signals/signals.ts";

/**
 * Values that have passed the schema, by signal. The schema checks signals one by one, so what has passed once need not be
 * checked again: on a million rows that saves most of the time.
 */
export type PassedValues = Readonly<Record<keyof Signals, Set<unknown>>>;

export function noPassedValues(): PassedValues {
  return Object.fromEntries(SIGNAL_NAMES.map((name) => [name, new Set()])) as PassedValues;
}

/** Stored by an older release with other vocabularies, or torn, signals may not hold any more: then they are unknown. */
export function parseSignals(json: string, passed?: PassedValues): Signals | undefined {
  try {
    const value = JSON.parse(json) as Signals | null;
    if (
      value !== null &&
      passed !== undefined &&
      SIGNAL_NAMES.every((name) => passed[name].has(value[name]))
    ) {
      return value;
    }
    const { data } = signalsSchema.safeParse(value);
    if (data !== undefined && passed !== undefined)
      for (const name of SIGNAL_NAMES) passed[name].add(data[name]);
    return data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
