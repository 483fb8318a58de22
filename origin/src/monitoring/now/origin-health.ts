/** Says how this origin is, from what its own process knows. */
import type { NowOrigin } from "@spillway/shared/protocol/now-state.ts";

export type OriginHealthInput = {
  readonly bearableShare: number;
  readonly startedMs: number;
  /** Why the latest refresh cycle failed; undefined where it didn't. */
  readonly failedCycle: string | undefined;
  /** What isolates served because this origin failed, of all that they served last. */
  readonly originFailedShare: number;
};

/** Single failures are part of any network. */
const FAILED_SHARE = 0.01;
/** The trim moves in small steps around 1 on a busy machine. */
const STRAINED_SHARE = 0.95;

export function originHealth({
  bearableShare,
  startedMs,
  failedCycle,
  originFailedShare,
}: OriginHealthInput): NowOrigin {
  const failing = [
    ...(originFailedShare > FAILED_SHARE ? ["isolates got no answer in time"] : []),
    ...(failedCycle === undefined ? [] : [`the last refresh cycle failed: ${failedCycle}`]),
  ];
  const strained =
    bearableShare < STRAINED_SHARE
      ? [`its event loop bears ${Math.round(bearableShare * 100)} % of the threshold`]
      : [];
  const health = failing.length > 0 ? "failing" : strained.length > 0 ? "strained" : "healthy";
  return { health, reasons: [...failing, ...strained], bearableShare, startedMs };
}
