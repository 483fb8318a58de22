/** A chaos run as it is printed. Pure. */
import { KINDS, type Kind } from "./kinds.ts";
import type { ChaosRun } from "./run-chaos.ts";

const MAX_WRONG = 20;

export function formatRun(run: ChaosRun): string {
  const kinds = Object.entries(KINDS) as [Kind, string][];
  const rows = kinds.map(([kind, what]) => {
    const count = run.impossible[kind] ?? String(run.reached[kind] ?? 0);
    return `${count.padStart(6)}  ${what}`;
  });
  const total = Object.values(run.reached).reduce((sum, count) => sum + count, 0);
  const more = run.wrong.length > MAX_WRONG ? [`… and ${run.wrong.length - MAX_WRONG} more`] : [];
  return [
    "kill points",
    ...rows,
    `${String(total).padStart(6)}  in all, in ${run.seconds.toFixed(0)} s, seed ${run.seed}`,
    "",
    `${run.promised} events answered 202; ${run.unpromised} sent and given up; ${run.stored} stored; ${run.letters} dead letters`,
    `${run.lost} lost`,
    `${run.doubled} doubled`,
    ...(run.wrong.length > 0 ? ["", ...run.wrong.slice(0, MAX_WRONG), ...more] : []),
  ].join("\n");
}
