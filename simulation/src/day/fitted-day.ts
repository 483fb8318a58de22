/** The fitted day. Do not edit: `node tools/rehearse/print-fit.ts` prints this file. */
import type { DayParameters } from "./day-model.ts";

export const FITTED_DAY: DayParameters = {
  oneVisitShare: 0.4844,
  regularVisits: 2.934,
  oneVisitSurgeFactor: 3.481,
  callsPerVisit: 3.193,
  gapS: 22.19,
  surgeMeanS: 24.53,
  primeShare: 0.3721,
  overnightSurge: 0.03487,
  daytimeSurge: 0.02038,
  primeSurge: 0.01996,
  overnightHeadroom: 1.575,
  daytimeHeadroom: 1.734,
  primeHeadroom: 1.615,
};
