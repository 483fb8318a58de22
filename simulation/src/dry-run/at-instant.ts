/**
 * A dry run at one instant. Where the sample tells that minute well, it is what came then; otherwise the
 * requests of the same band stand in for it, or all, where none came in that band. Pure.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { instant } from "./blind-spots.ts";
import { DryRun } from "./dry-run.ts";
import type { DryRunInput } from "./dry-run-input.ts";
import type { DryRunResult } from "./result.ts";

const MINUTE_MS = 60_000;
/** A minute with fewer tuples is not told by its own. */
const ENOUGH_TUPLES = 500;

export type Replay = { readonly add: (tuple: DecisionTuple) => void; readonly result: () => DryRunResult };

/** Undefined `atMs`: each tuple at its own time. */
export function createReplay(input: Omit<DryRunInput, "atMinute">, atMs: number | undefined): Replay {
  if (atMs === undefined) {
    const run = new DryRun({ ...input, atMinute: undefined });
    return { add: (tuple) => run.add(tuple), result: () => run.result() };
  }
  return replayAt(input, atMs);
}

function replayAt(input: Omit<DryRunInput, "atMinute">, atMs: number): Replay {
  const atMinute = Math.floor(atMs / MINUTE_MS);
  const band = input.after.bandAt(atMinute).name;
  const then = new DryRun({ ...input, atMinute: undefined });
  const alike = new DryRun({ ...input, atMinute });
  const all = new DryRun({ ...input, atMinute });
  let [there, alikeOnes] = [0, 0];
  return {
    add: (tuple) => {
      if (tuple.minute === atMinute) {
        there += 1;
        then.add(tuple);
      }
      if (tuple.band === band) {
        alikeOnes += 1;
        alike.add(tuple);
      }
      // Once there are some of the band, the others are not needed.
      if (alikeOnes === 0) all.add(tuple);
    },
    result: () => {
      if (there >= ENOUGH_TUPLES) return then.result();
      const result = (alikeOnes > 0 ? alike : all).result();
      const who =
        alikeOnes > 0
          ? `all requests of band ${band} stand in for it`
          : `nor any of the band ${band}: all requests stand in for it`;
      const text = `Of ${instant(atMs)} the sample has ${there === 0 ? "no tuples" : `only ${counted(there, "tuple")}`}; ${who}, and each counts for the minute in which it came.`;
      return { ...result, cannotTell: [{ about: "instant", text }, ...result.cannotTell] };
    },
  };
}
