/**
 * The facts of the World Cup 2026 that the demo knows at its start; tools/scripts/reduce-worldcup.ts writes
 * them.
 */
import facts from "./worldcup-2026.json" with { type: "json" };

export type Team = { readonly code: string; readonly name: string; readonly group: string };

export type Goal = {
  /** The team that the goal counted for. */
  readonly team: string;
  readonly player: string;
  /** Minutes such as `90+1` in added time. */
  readonly minute: string;
  readonly own?: boolean;
  readonly penalty?: boolean;
};

export type Match = {
  readonly number: number;
  readonly round: string;
  /** Absent in the knock-out rounds. */
  readonly group?: string;
  /** ISO 8601 in UTC. */
  readonly kickOff: string;
  readonly ground: string;
  /** Absent when the teams are not yet known at the demo's start. */
  readonly teams?: readonly [string, string];
  /**
   * The score after extra time, if there was any. A match that is still to come has neither score nor goals.
   */
  readonly score?: readonly [number, number];
  readonly penalties?: readonly [number, number];
  readonly goals?: readonly Goal[];
};

// JSON modules have no tuples, but the script writes these types.
export const WORLD_CUP = facts as { readonly teams: readonly Team[]; readonly matches: readonly Match[] };
