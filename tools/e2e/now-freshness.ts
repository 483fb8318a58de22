/** For tests: what `GET /now` says of requests that a test has sent itself, and how old it says that is. */
import type { NowState } from "@spillway/shared/protocol/now-state.ts";
import { eventually, type Spillway } from "@spillway/cli/test/start-spillway.ts";

export type ReadNow = {
  readonly state: NowState;
  /** When its answer came. */
  readonly readMs: number;
};

export async function readNow(spillway: Spillway): Promise<ReadNow> {
  const response = await spillway.admin("GET", "/now", undefined);
  const state = (await response.json()) as NowState;
  return { state, readMs: Date.now() };
}

/** The first state that has all of the seconds until `untilMs`. */
export function nowAfter(spillway: Spillway, untilMs: number): Promise<ReadNow> {
  return eventually(
    30_000,
    () => readNow(spillway),
    ({ state }) => state.atMs >= untilMs,
  );
}

/** What it says of all seconds that touch the time from `fromMs` until `untilMs`. */
export function inSeconds({ seconds }: NowState, fromMs: number, untilMs: number) {
  const first = Math.floor((fromMs - seconds.fromMs) / 1000);
  const last = Math.ceil((untilMs - seconds.fromMs) / 1000);
  const sum = (column: readonly (number | null)[]): number =>
    column.slice(Math.max(0, first), last).reduce<number>((total, count) => total + (count ?? 0), 0);
  return { demand: sum(seconds.demand), offered: sum(seconds.offered), admitted: sum(seconds.admitted) };
}

/** Calls of a rung in the steps from the one on in which `fromMs` lies. */
export function callsSince({ mix }: NowState, rung: keyof NowState["mix"]["calls"], fromMs: number): number {
  const first = Math.max(0, Math.floor((fromMs - mix.fromMs) / 10_000));
  return mix.calls[rung].slice(first).reduce((total, calls) => total + calls, 0);
}

/** The first state that has so many calls of the rung since then. */
export function mixArrived(
  spillway: Spillway,
  rung: keyof NowState["mix"]["calls"],
  count: number,
  fromMs: number,
): Promise<ReadNow> {
  return eventually(
    60_000,
    () => readNow(spillway),
    ({ state }) => callsSince(state, rung, fromMs) >= count,
  );
}
