/** How often each rule decides, and which earlier rules take what it would match. Pure. */
import type { Branch, DryRequest, DryRouting } from "./decide.ts";
import { addSums, NO_SUMS, type Sums } from "./estimate.ts";
import { sumsOf } from "./cells.ts";
import type { ChainRule } from "./rule-chain.ts";

export type RuleCount = {
  readonly rule: ChainRule;
  /** Where its condition holds, at its time. */
  matches: Sums;
  /** Where it decides. */
  hits: Sums;
  /** Earlier rules → what they take of its matches. */
  readonly takenBy: Map<string, Sums>;
};

export class RuleHits {
  readonly counts: readonly RuleCount[];
  readonly #routing: DryRouting;
  readonly #byRule: ReadonlyMap<ChainRule, RuleCount>;

  constructor(routing: DryRouting) {
    this.#routing = routing;
    this.counts = routing.rules.map((rule) => ({
      rule,
      matches: NO_SUMS,
      hits: NO_SUMS,
      takenBy: new Map<string, Sums>(),
    }));
    this.#byRule = new Map(this.counts.map((count) => [count.rule, count]));
  }

  add(request: DryRequest, branches: readonly Branch[], weight: number): void {
    if (this.counts.length === 0) return;
    const matching = this.#routing.rulesAt(request);
    if (matching.length === 0) return;
    for (const { rule, probability } of branches) {
      if (rule !== undefined) this.#hit(rule, sumsOf(weight, probability));
    }
    for (const [at, rule] of matching.entries()) this.#match(rule, matching.slice(0, at), branches, weight);
  }

  #hit(rule: ChainRule, sums: Sums): void {
    const count = this.#byRule.get(rule);
    if (count !== undefined) count.hits = addSums(count.hits, sums);
  }

  #match(rule: ChainRule, earlier: readonly ChainRule[], branches: readonly Branch[], weight: number): void {
    const count = this.#byRule.get(rule);
    if (count === undefined) return;
    count.matches = addSums(count.matches, sumsOf(weight, 1));
    for (const other of earlier) {
      const probability = branches.find((branch) => branch.rule === other)?.probability ?? 0;
      if (probability === 0) continue;
      const sums = sumsOf(weight, probability);
      count.takenBy.set(other.name, addSums(count.takenBy.get(other.name) ?? NO_SUMS, sums));
    }
  }
}
