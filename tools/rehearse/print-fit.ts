/**
 * Fits the day anew and prints `fitted-day.ts`, some minutes later:
 * `node tools/rehearse/print-fit.ts > /tmp/fitted-day.ts`.
 */
import type { DayParameters } from "@spillway/simulation/day/day-model.ts";
import { fitDay, sampleFigures } from "@spillway/simulation/day/fit-day.ts";

const SEED = 1;
const ONE_IN = 10;
const ITERATIONS = 32;

function figures(parameters: DayParameters) {
  const found = sampleFigures(parameters, SEED, ONE_IN);
  process.stderr.write(
    `${Object.entries(found)
      .map(([key, value]) => `${key} ${(100 * value).toFixed(2)} %`)
      .join(", ")}\n`,
  );
  return found;
}

const fitted = fitDay({ iterations: ITERATIONS, figures });
const lines = Object.entries(fitted).map(([name, value]) => `  ${name}: ${Number(value.toPrecision(4))},`);
console.log(`/** The fitted day. Do not edit: \`node tools/rehearse/print-fit.ts\` prints this file. */
import type { DayParameters } from "@spillway/simulation/day/day-model.ts";

export const FITTED_DAY: DayParameters = {
${lines.join("\n")}
};`);
