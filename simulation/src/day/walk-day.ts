/**
 * Walks through a modelled day user by user and call by call. Each walk is the same, and nothing is kept in
 * memory.
 */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { DAY_S, type DayModel } from "./day-model.ts";

export type DayVisitor = {
  /** Called for each call, in second `atS` of the day. */
  readonly call: (atS: number) => void;
  /** Called after the last call of each user. */
  readonly userEnds: () => void;
};

/**
 * Every user comes at least once, and every visit makes at least one call. Visits beyond the second, and
 * calls beyond the first, follow a geometric distribution; gaps and surge arrivals an exponential one (63 %
 * of a surge arrives within its mean, 95 % within three means). A call after midnight is counted at the start
 * of the day, since as many come over from the day before.
 */
export function walkDay(model: DayModel, seed: number, { call, userEnds }: DayVisitor): void {
  let random = seededRandom(seed);
  const { oneVisitShare, regularVisits, callsPerVisit, gapS, surgeMeanS } = model.parameters;
  const { calmQuantilesS, surges, surgeShares } = model;
  const surgeVisits = surges.reduce((sum, { visits }) => sum + visits, 0);
  const quantileSteps = calmQuantilesS.length - 1;

  const exponential = (mean: number) => -mean * Math.log(1 - random());
  /** The number of failures before a success, with this mean. */
  const geometric = (mean: number) => {
    const ratio = mean / (1 + mean);
    return ratio === 0 ? 0 : Math.floor(Math.log(1 - random()) / Math.log(ratio));
  };

  const visitStartS = (surgeShare: number) => {
    let draw = random();
    if (draw < surgeShare) {
      draw *= surgeVisits / surgeShare;
      for (const { atS, visits } of surges) {
        if (draw < visits) return atS + exponential(surgeMeanS);
        draw -= visits;
      }
    }
    const at = random() * quantileSteps;
    const below = Math.floor(at);
    const from = calmQuantilesS[below] ?? 0;
    return from + (at - below) * ((calmQuantilesS[below + 1] ?? from) - from);
  };

  for (let user = 0; user < model.users; user += 1) {
    // Each user has a separate stream of draws. So a slightly different model gives a slightly different day,
    // which the fit needs.
    random = seededRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(user, 0x85ebca6b));
    const once = random() < oneVisitShare;
    const visits = once ? 1 : 2 + geometric(regularVisits - 2);
    const surgeShare = surgeShares[once ? 0 : 1];
    for (let visit = 0; visit < visits; visit += 1) {
      let atS = visitStartS(surgeShare);
      for (let left = geometric(callsPerVisit - 1); ; left -= 1) {
        call(Math.floor(atS) % DAY_S);
        if (left === 0) break;
        atS += exponential(gapS);
      }
    }
    userEnds();
  }
}
