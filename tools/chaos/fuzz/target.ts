/** What a target of the fuzz run is: cases that can be made one by one, each from its own draws. */
import type { Random } from "@spillway/demo/random.ts";

export type CaseResult = {
  /** A word for the count of outcomes. */
  readonly outcome: string;
  /** What must not be; empty where all is well. */
  readonly faults: readonly string[];
  readonly input: () => string;
};

/** Throws when something under test has thrown: the runner makes a find of it. */
export type RunCase = (random: Random, at: number) => Promise<CaseResult>;
