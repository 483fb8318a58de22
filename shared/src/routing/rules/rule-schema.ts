/** A rule as it is stored and published: its `if` is a tree, and its times are instants. */
import * as z from "zod/mini";
import { CLUSTER_ID, CONTEXT_ID } from "../../protocol/wire.ts";
import { conditionSchema } from "../condition.ts";
import { isConditionTree, type ConditionTree } from "./condition-tree.ts";

export const MAX_RULES = 500;
/** Outcomes that are no cluster's page. `generic` is the page of everybody's cluster. */
export const OUTCOMES = ["individual", "tailored", "generic"] as const;

const NAME_FORM = "must be 1–64 letters, digits, spaces and - _ . , : ' ( ) / & + # ! ?";
export const ruleName = z
  .string(NAME_FORM)
  .check(z.regex(/^(?! )[\p{L}\p{M}\p{N} .,:'()/&+#!?_-]{1,64}(?<! )$/u, NAME_FORM));

/** What a rule is called: by its number, counted from 1, where it has no name. */
export function nameOfRule({ name }: { readonly name?: string | undefined }, at: number): string {
  return name ?? `rule-${at + 1}`;
}

const CONDITION_COUNT = "must have either `when` or `if`";

/** The keys that a rule has both in the file and when it is published. */
export const ruleShape = {
  name: z.optional(ruleName),
  when: z.optional(
    conditionSchema.check(
      z.refine(
        (when) => Object.keys(when).length > 0,
        "must name at least one signal; to catch everybody, set mode",
      ),
    ),
  ),
  then: z.string().check(z.regex(CLUSTER_ID, "must be a cluster id, individual, tailored or generic")),
  contexts: z.optional(z.array(z.string().check(z.regex(CONTEXT_ID))).check(z.minLength(1), z.maxLength(32))),
  share: z.optional(
    z.number().check(z.gte(0, "must be a share from 0 to 1"), z.lte(1, "must be a share from 0 to 1")),
  ),
  /** The index need not have the cluster yet. */
  allow_unknown: z.optional(z.boolean()),
};

/** What a `Date` can hold. */
const instantMs = z.number().check(z.gte(-8.64e15), z.lte(8.64e15));

const publishedRule = z
  .strictObject({
    ...ruleShape,
    if: z.optional(z.custom<ConditionTree>(isConditionTree, "must be a tree of tests, within its bounds")),
    /** Inclusive. When absent, the rule has always held. */
    fromMs: z.optional(instantMs),
    /** Exclusive. When absent, the rule holds until it is replaced. */
    untilMs: z.optional(instantMs),
  })
  .check(
    z.refine(({ when, if: tree }) => (when === undefined) !== (tree === undefined), CONDITION_COUNT),
    z.refine(({ fromMs = -Infinity, untilMs = Infinity }) => fromMs < untilMs, {
      error: "must be later than from",
      path: ["untilMs"],
    }),
  );

export type Rule = z.infer<typeof publishedRule>;

export const rulesSchema = z
  .array(publishedRule)
  .check(z.maxLength(MAX_RULES), z.superRefine<Rule[]>(refuseSameNames));

/** Of two rules with one name the later one is refused, also where one is called by its number. */
function refuseSameNames(rules: readonly Rule[], context: z.core.$RefinementCtx<Rule[]>): void {
  const names = new Set<string>();
  rules.forEach((rule, at) => {
    const name = nameOfRule(rule, at);
    if (names.has(name)) {
      context.addIssue({
        code: "custom",
        path: [at, "name"],
        message: `${name} is the name of another rule`,
        input: rule,
      });
    }
    names.add(name);
  });
}
