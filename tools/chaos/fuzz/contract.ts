/** What a fuzz run is asked and what it answers. The runner's process and the targets share these types. */

export const TARGETS = ["requests", "documents", "replies", "viewers", "parsers"] as const;
export type Target = (typeof TARGETS)[number];

export type FuzzOptions = {
  readonly seed: number;
  /** How many cases of each target; a target that is not named is not run. */
  readonly counts: Readonly<Partial<Record<Target, number>>>;
  /** After this time no further case begins; each target has an equal part of it. */
  readonly seconds: number | undefined;
  /** This case of this target alone. */
  readonly only: { readonly target: Target; readonly at: number } | undefined;
  readonly onProgress: (line: string) => void;
  readonly onFind: (find: Find) => void;
};

export type Find = {
  readonly target: Target;
  /** The case's number: with the run's seed it makes the same input again. */
  readonly at: number;
  /** What must not be, in words. */
  readonly what: string;
  /** The input, shortened. */
  readonly input: string;
};

export type TargetResult = {
  readonly cases: number;
  readonly finds: number;
  readonly seconds: number;
  /** How often what happened. */
  readonly outcomes: Readonly<Record<string, number>>;
};

export type FuzzRun = {
  readonly seed: number;
  readonly targets: Readonly<Partial<Record<Target, TargetResult>>>;
  readonly finds: readonly Find[];
};

export type FuzzModule = { readonly runFuzz: (options: FuzzOptions) => Promise<FuzzRun> };
