/** How long each part of an evaluation takes. */

/**
 * `ease`: to solve EASE whole, and to make the model that ships of it; `shipped`: to train another that ships.
 */
export type Seconds = { ease: number; shipped: number; knn: number; clusters: number; tailored: number };

export type Timed = <Result>(part: keyof Seconds, work: () => Promise<Result>) => Promise<Result>;

/** Adds what each call of `timed` takes to its part of `seconds`. */
export function createTiming(): { readonly seconds: Seconds; readonly timed: Timed } {
  const seconds: Seconds = { ease: 0, shipped: 0, knn: 0, clusters: 0, tailored: 0 };
  return {
    seconds,
    timed: async (part, work) => {
      const startMs = performance.now();
      const result = await work();
      seconds[part] += (performance.now() - startMs) / 1000;
      return result;
    },
  };
}
