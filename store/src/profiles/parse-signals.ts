/** Parses the signals in a stored row. */
import { signalsSchema, type Signals } from "@spillway/shared/signals/signals.ts";

/**
 * Returns undefined for signals that are not valid: they may be torn, or from an older release with other
 * values.
 */
export function parseSignals(json: string): Signals | undefined {
  try {
    return signalsSchema.safeParse(JSON.parse(json)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
