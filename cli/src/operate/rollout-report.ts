/** Prints a rollout: its sentence, stages and guards. */
import {
  rolloutAnswerSchema,
  type GuardStatus,
  type RolloutStatus,
} from "@spillway/shared/protocol/rollout-status.ts";

export function printBegun(body: unknown): void {
  printRollout(body);
  const { rollout } = rolloutAnswerSchema.parse(body);
  if (rollout === null) return;
  if (rollout.changesAtTheEnd.length > 0) {
    console.log(
      `Not staged, since it is everybody's: ${rollout.changesAtTheEnd.join(", ")} change with the last stage.`,
    );
  }
  console.log("Watch it: spillway routing rollout status --watch. Abort it: spillway routing rollout abort.");
}

export function printRollout(body: unknown): void {
  const { rollout } = rolloutAnswerSchema.parse(body);
  console.log(rollout === null ? "No rollout has begun yet." : linesOf(rollout).join("\n"));
}

function linesOf({ sentence, stages, guards, isolates }: RolloutStatus): readonly string[] {
  return [
    sentence,
    "",
    ...stages.map(describeStage),
    ...(guards.length === 0 ? [] : ["", ...guards.map(describeGuard)]),
    ...(isolates.length === 0 ? [] : ["", `Isolates: ${isolates.map(describeIsolates).join(", ")}`]),
  ];
}

function describeStage({ share, holdsFrom, state }: RolloutStatus["stages"][number]): string {
  const from = holdsFrom === null ? "" : ` ${state === "announced" ? "from" : "since"} ${holdsFrom}`;
  return `  ${`${Number((share * 100).toFixed(3))} %`.padStart(7)}  ${state}${from}`;
}

function describeGuard({ guard, state, text }: GuardStatus): string {
  return `  ${state.padEnd(9)}  ${guard}: ${text}`;
}

function describeIsolates({ version, candidate, isolates }: RolloutStatus["isolates"][number]): string {
  const obeyed = version === null ? "an unknown version" : `version ${version}`;
  return `${isolates} on ${obeyed}${candidate === null ? "" : ` and ${candidate}`}`;
}
