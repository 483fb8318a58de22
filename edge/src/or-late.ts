/** Waits for some work, but not longer than a given time. */

/** The result of `work`, or `late` when it takes longer than `ms`; rejects when `work` does before that. */
export async function orLate<Result, Late>(
  work: Promise<Result>,
  ms: number,
  late: Late,
): Promise<Result | Late> {
  if (ms <= 0) return late;
  const { promise: timeUp, resolve } = Promise.withResolvers<Late>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
