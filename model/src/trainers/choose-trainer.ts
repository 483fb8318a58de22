/** Which trainer makes the item–item model, as it is set or by what each would cost. Pure. */
import {
  cosineCost,
  easeCost,
  headCost,
  type Cost,
  type EaseForm,
  type TrainingLimits,
  type TrainingMeans,
  type TrainingSize,
} from "./plan-training.ts";

export const TRAINERS = ["auto", "ease", "cosine"] as const;
export type TrainerSetting = (typeof TRAINERS)[number];

export type TrainingPlan = { readonly reason: string; readonly cost: Cost } & (
  | ({ readonly trainer: "ease"; readonly form: EaseForm } & MayRetry)
  | ({ readonly trainer: "ease-head"; readonly head: number } & MayRetry)
  | { readonly trainer: "cosine" }
);

type MayRetry = {
  /** Where numbers of 32 bits do not hold, the limits allow a second inversion in 64. */
  readonly retry: boolean;
};

/** With fewer frequent titles than this, neighbours are no worse. */
const LEAST_HEAD = 1000;
/** A head's size is rounded down to so many titles. */
const HEAD_STEP = 500;

/**
 * EASE is the better model (MovieLens 1M: NDCG@10 0.39 against 0.34), and is taken where it fits, whole or on
 * the most played titles.
 */
export function chooseTrainer(
  setting: TrainerSetting,
  size: TrainingSize,
  means: TrainingMeans,
): TrainingPlan {
  const forms = (["primal", "dual"] as const).map((form) => ({ form, cost: easeCost(form, size, means) }));
  const ease = forms.reduce((best, other) => (other.cost.seconds < best.cost.seconds ? other : best));
  const cosine = cosineCost(size, means);
  const told = `EASE by ${ease.form === "primal" ? "items" : "users"} takes ${costText(ease.cost, means)}`;
  if (setting === "cosine") return { trainer: "cosine", cost: cosine, reason: "TRAINER is cosine" };
  // Whoever asks for EASE has said what it may take.
  if (setting === "ease")
    return { trainer: "ease", ...ease, retry: true, reason: `TRAINER is ease; ${told}` };
  if (fits(ease.cost, means.limits)) {
    const retry = fits(easeCost(ease.form, size, means, "f64"), means.limits);
    return { trainer: "ease", ...ease, retry, reason: told };
  }
  const tooMuch = `${told}, more than ${limitsText(means.limits)}`;
  const head = largestHead(size, means);
  if (head !== undefined) {
    const cost = headCost(head, size, means);
    const reason = `${tooMuch}; on the ${head} most played titles, with neighbours for the others, ${costText(cost, means)}`;
    const retry = fits(easeCost("primal", { ...size, items: head }, means, "f64"), means.limits);
    return { trainer: "ease-head", head, cost, retry, reason };
  }
  return {
    trainer: "cosine",
    cost: cosine,
    reason: `${tooMuch}; cosine neighbours take ${costText(cosine, means)}`,
  };
}

function largestHead(size: TrainingSize, means: TrainingMeans): number | undefined {
  let head = Math.floor((size.items - 1) / HEAD_STEP) * HEAD_STEP;
  while (head >= LEAST_HEAD && !fits(headCost(head, size, means), means.limits)) head -= HEAD_STEP;
  return head >= LEAST_HEAD ? head : undefined;
}

function fits({ seconds, bytes }: Cost, limits: TrainingLimits): boolean {
  return seconds <= limits.seconds && bytes <= limits.bytes;
}

function costText(
  { multiplyAdds, scattered, bytes, seconds }: Cost,
  { threads, speed }: TrainingMeans,
): string {
  const work = multiplyAdds > 0 ? `${giga(multiplyAdds)} multiply-adds, ` : "";
  return (
    `${work}${giga(scattered)} scattered additions and ${Math.ceil(bytes / 1e6)} MB, some ${Math.ceil(seconds)} s ` +
    `on ${threads} threads at ${giga(speed.vector)} and ${giga(speed.scattered)} a second`
  );
}

function limitsText({ seconds, bytes }: TrainingLimits): string {
  return `${seconds} s or ${Math.round(bytes / 1e6)} MB`;
}

function giga(count: number): string {
  return `${(count / 1e9).toPrecision(3)} G`;
}
