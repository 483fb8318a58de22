/** What a rule sees of a request, and what rules decide about it. */
import type { Signals } from "../../signals/signals.ts";

export type RuleInput = {
  readonly signals: Signals;
  readonly context: string;
  /** The name of the band that holds. */
  readonly band: string;
  /** Where the viewer is, as rights count it (ISO 3166-1 alpha-2); undefined where nobody knows. */
  readonly country: string | undefined;
  /** The real clock, as bands follow it. NaN is no time at all: then no rule with a time holds. */
  readonly nowMs: number;
  /** The visitor's draw in [0, 1), the same each time (draw.ts). Only rules that have a share ask for it. */
  readonly shareOf: (salt: string) => number;
};

/** What a rule decides about a request; `rule` counts from 0. `generic` is the cluster of everybody. */
export type RuleOutcome =
  | { readonly kind: "cluster"; readonly cluster: string; readonly rule: number }
  /** The origin is asked, as far as its gate allows. */
  | { readonly kind: "individual"; readonly rule: number }
  /** The visitor's own stored page, tailored where the viewer is known; the origin is not asked. */
  | { readonly kind: "tailored"; readonly rule: number };

/** Rules that are ready to be asked, by one call. */
export type CompiledRules = {
  /** By number; a rule without a name is called `rule-3`, counted from 1. */
  readonly names: readonly string[];
  /** Returns what the first rule that holds decides, if any does. */
  outcomeFor(input: RuleInput): RuleOutcome | undefined;
};

export const NO_RULES: CompiledRules = { names: [], outcomeFor: () => undefined };
