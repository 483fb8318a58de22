/** What `spillway spike` is told, and its bounds: it must never become a load generator for anything else. */
import { InvalidArgumentError } from "commander";
import { UsageError } from "@spillway/kit/commands/usage.ts";

export type SpikeOptions = {
  /** T: what the origin personalizes a second meanwhile. */
  readonly thresholdPerSec: number;
  /** The wall, in T. */
  readonly toOfThreshold: number;
  readonly forMs: number;
  /** When the origin is killed, from the start; undefined: it is not. */
  readonly killOriginAtMs: number | undefined;
  readonly seed: number;
};

export const MAX_RATE_PER_SEC = 2000;
export const MAX_FOR_MS = 5 * 60_000;
export const MIN_FOR_MS = 6000;
export const MAX_REQUESTS = 120_000;
/**
 * More unanswered requests than this say that the machine is too small. More of them would only wait in the
 * local edge, and so would the console's own questions to it.
 */
export const MAX_IN_FLIGHT = 32;

/** `100T` → 100. */
export function multipleOfThreshold(text: string): number {
  const [, number = ""] = /^(\d+(?:\.\d+)?)T$/i.exec(text.trim()) ?? [];
  const value = Number(number);
  if (!(value >= 1 && value <= 1000)) {
    throw new InvalidArgumentError("must be a multiple of the threshold, from 1T to 1000T, such as 100T");
  }
  return value;
}

/** `60s`, `2m` → milliseconds. */
export function durationMs(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(s|m)$/.exec(text.trim()) ?? [];
  if (number === "") throw new InvalidArgumentError("must be a duration such as 60s or 2m");
  return Number(number) * (unit === "m" ? 60_000 : 1000);
}

/** Throws a UsageError that names the option. */
export function checkBounds({ thresholdPerSec, toOfThreshold, forMs, killOriginAtMs }: SpikeOptions): void {
  const peakPerSec = thresholdPerSec * toOfThreshold;
  if (forMs < MIN_FOR_MS || forMs > MAX_FOR_MS) {
    throw new UsageError(`--for: must be from ${MIN_FOR_MS / 1000}s to ${MAX_FOR_MS / 60_000}m`);
  }
  if (peakPerSec > MAX_RATE_PER_SEC) {
    throw new UsageError(
      `--to: ${toOfThreshold} times ${thresholdPerSec} are ${peakPerSec} visitors a second; at most ${MAX_RATE_PER_SEC} are sent`,
    );
  }
  if ((peakPerSec * forMs) / 1000 > MAX_REQUESTS) {
    throw new UsageError(
      `--for: at this rate there would be more than ${MAX_REQUESTS} requests, the most that are sent`,
    );
  }
  if (killOriginAtMs !== undefined && killOriginAtMs >= forMs) {
    throw new UsageError("--kill-origin-at: must be before the end, which --for says");
  }
}
