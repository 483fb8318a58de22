/** The facts of the World Cup 2026 as the demo knows them at its "now"; reduced by tools/scripts/reduce-worldcup.ts. */
import facts from "./worldcup-2026.json" with { type: "json" };

export type Team = { readonly code: string; readonly name: string; readonly group: string };

export type Goal = {
  /** Whom it counted for. */
  readonly team: string;
  readonly player: string;
  /** `90+1` in added time. */
  readonly minute: string;
  readonly own?: boolean;
  readonly penalty?: boolean;
};

export type Match = {
  readonly number: number;
  readonly round: string;
  /** Absent in the knock-out rounds. */
  readonly group?: string;
  /** ISO 8601, UTC. */
  readonly kickOff: string;
  readonly ground: string;
  /** Absent where the demo's "now" does not know them yet. */
  readonly teams?: readonly [string, string];
  /** After extra time, where there was some; absent for a match still to come, as are the goals. */
  readonly score?: readonly [number, number];
  readonly penalties?: readonly [number, number];
  readonly goals?: readonly Goal[];
};

// JSON modules have no tuples: the reducing script writes these types.
export const WORLD_CUP = facts as { readonly teams: readonly Team[]; readonly matches: readonly Match[] };
