/** How fast this machine trains: measured once in a process, in some 50 ms of processor time. */
import { kernelMemory, kernelsOn } from "../kernels/kernels.ts";
import type { Speed } from "../trainers/plan-training.ts";

/** Rows of A, rows of B, and columns of both: as large as a step of an inversion. */
const [ROWS, COLUMNS, DEPTH] = [64, 1024, 128];
/** The counts of one row of a large catalogue. */
const SCATTERED = 1 << 14;
const SHORTEST_MICROS = 20_000;

let measured: Speed | undefined;

/** By processor time, so that what else the machine does counts little. */
export function calibrate(): Speed {
  measured ??= { vector: vectorSpeed(), scattered: scatteredSpeed() };
  return measured;
}

function vectorSpeed(): number {
  const [a, b, c] = [0, 4 * ROWS * DEPTH, 4 * (ROWS + COLUMNS) * DEPTH];
  const { subtractProductsF32 } = kernelsOn(kernelMemory(c + 4 * ROWS * COLUMNS));
  return perSecond(ROWS * COLUMNS * DEPTH, () => {
    subtractProductsF32(c, 4 * COLUMNS, 16, 32, a, ROWS / 4, b, COLUMNS / 8, DEPTH);
  });
}

function scatteredSpeed(): number {
  const counts = new Float32Array(SCATTERED);
  const places = Uint32Array.from({ length: SCATTERED }, (_, at) => (at * 40_503) % SCATTERED);
  return perSecond(SCATTERED, () => {
    for (let at = 0; at < SCATTERED; at += 1) counts[places[at]!]! += 1;
  });
}

/** The first time is to compile. */
function perSecond(operations: number, work: () => void): number {
  work();
  const before = process.threadCpuUsage();
  let rounds = 0;
  for (;;) {
    work();
    rounds += 1;
    const { user, system } = process.threadCpuUsage(before);
    if (user + system >= SHORTEST_MICROS) return (1e6 * rounds * operations) / (user + system);
  }
}
