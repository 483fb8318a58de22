/** Progress of a training in parts of the time that its plan expects, so that what is left can be told. Pure. */
import type { Cost, Phase } from "./plan-training.ts";

export type OnPhase = (phase: Phase, done: number, total: number) => void;

/** In thousandths of the expected time. */
const TOTAL = 1000;

/** Never goes back, not even where numbers of 32 bits did not hold and the work begins again. */
export function trainingProgress(
  { phases }: Cost,
  onProgress: (done: number, total: number) => void,
): OnPhase {
  const names = Object.keys(phases) as Phase[];
  const all = names.reduce((sum, name) => sum + phases[name], 0);
  let most = 0;
  return (phase, done, total) => {
    const before = names.slice(0, names.indexOf(phase)).reduce((sum, name) => sum + phases[name], 0);
    const share = all === 0 ? 0 : (before + (phases[phase] * done) / Math.max(1, total)) / all;
    most = Math.max(most, Math.floor(TOTAL * share));
    onProgress(most, TOTAL);
  };
}
