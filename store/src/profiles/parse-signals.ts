/** Parses the signals in a stored row. */
import { SIGNAL_NAMES, signalsSchema, type Signals } from "@spillway/shared/signals/signals.ts";

/**
 * Values that have passed the schema, by signal. The schema checks each signal by itself, so a value that has
 * passed once need not be checked again. With a million rows this saves most of the time.
 */
export type PassedValues = Readonly<Record<keyof Signals, Set<unknown>>>;

export function noPassedValues(): PassedValues {
  return Object.fromEntries(SIGNAL_NAMES.map((name) => [name, new Set()])) as PassedValues;
}

/**
 * Returns undefined for signals that are not valid: they may be torn, or from an older release with other
 * values.
 */
export function parseSignals(json: string, passed?: PassedValues): Signals | undefined {
  try {
    const value = JSON.parse(json) as Signals | null;
    if (
      value !== null &&
      passed !== undefined &&
      value.texts === undefined &&
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
