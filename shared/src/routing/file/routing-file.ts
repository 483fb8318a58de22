/** The schema of routing.toml. What it means besides is in file-rules.ts and rule-tests.ts. */
import * as z from "zod/mini";
import { SIGNAL_NAMES } from "../../signals/signals.ts";
import { DEFAULT_AFTER_S, DEFAULT_BEFORE_S } from "../../admission/armed-windows.ts";
import { MAX_AFTER_S, MAX_BEFORE_S, MAX_EXPECTED } from "../expected.ts";
import { holdoutSchema } from "../holdout.ts";
import { routingSchema } from "../routing.ts";
import { MAX_RULES, ruleShape } from "../rules/rule-schema.ts";
import { tailoringSchema } from "../tailoring.ts";
import { keyOfPath, type Path } from "./positions.ts";

const MAX_TESTS = 100;

const signalTexts = z.strictObject(
  Object.fromEntries(SIGNAL_NAMES.map((name) => [name, z.optional(z.string())])) as Record<
    (typeof SIGNAL_NAMES)[number],
    z.ZodMiniOptional<z.ZodMiniString>
  >,
);

const ruleTestSchema = z.strictObject({
  signals: z.optional(signalTexts),
  context: z.optional(z.string()),
  band: z.optional(z.string()),
  country: z.optional(z.string()),
  /** An instant: read by local-time.ts. */
  at: z.optional(z.unknown()),
  /** Whose draw a share goes by. Without one, the visitor is in every share. */
  user: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  expect: z.string(),
});

const fileRuleSchema = z.strictObject({
  ...ruleShape,
  /** Which there are is told by file-rules.ts. */
  contexts: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(32))),
  if: z.optional(z.string()),
  /** Instants: read by local-time.ts. */
  from: z.optional(z.unknown()),
  until: z.optional(z.unknown()),
  note: z.optional(z.string().check(z.maxLength(500, "must be at most 500 characters"))),
  tests: z.optional(z.array(ruleTestSchema).check(z.maxLength(MAX_TESTS))),
});

export type FileRule = z.infer<typeof fileRuleSchema>;
export type RuleTest = z.infer<typeof ruleTestSchema>;

export const fileRulesSchema = z._default(z.array(fileRuleSchema).check(z.maxLength(MAX_RULES)), []);

const seconds = (most: number) =>
  z
    .number()
    .check(z.gte(0, `must be from 0 to ${most} seconds`), z.lte(most, `must be from 0 to ${most} seconds`));

const fileExpectedSchema = z.strictObject({
  name: ruleShape.name,
  /** An instant: read by local-time.ts. */
  at: z.unknown(),
  before_s: z._default(seconds(MAX_BEFORE_S), DEFAULT_BEFORE_S),
  after_s: z._default(seconds(MAX_AFTER_S), DEFAULT_AFTER_S),
});

export type FileExpected = z.infer<typeof fileExpectedSchema>;

export const fileExpectedListSchema = z.array(fileExpectedSchema).check(z.maxLength(MAX_EXPECTED));

export const routingFileSchema = z.strictObject({
  ...routingSchema.shape,
  rules: fileRulesSchema,
  expected: z.optional(fileExpectedListSchema),
});

type TableKeys = {
  /** What is wrong with any other key. */
  readonly otherwise: string;
  readonly keys: readonly string[];
};

/** The keys that each table may have. */
const KEYS: Readonly<Record<string, TableKeys>> = {
  "": { otherwise: "is no key of the file", keys: Object.keys(routingFileSchema.shape) },
  "bands[]": { otherwise: "is no key of a band", keys: ["name", "from", "threshold_per_s"] },
  "rules[]": { otherwise: "is no key of a rule", keys: Object.keys(fileRuleSchema.shape) },
  "rules[].when": { otherwise: "is no signal", keys: SIGNAL_NAMES },
  "rules[].tests[]": { otherwise: "is no key of a test", keys: Object.keys(ruleTestSchema.shape) },
  "rules[].tests[].signals": { otherwise: "is no signal", keys: SIGNAL_NAMES },
  "expected[]": { otherwise: "is no key of an expected crowd", keys: Object.keys(fileExpectedSchema.shape) },
  holdout: { otherwise: "is no key of holdout", keys: Object.keys(holdoutSchema.shape) },
  tailoring: { otherwise: "is no key of tailoring", keys: Object.keys(tailoringSchema.shape) },
};

export function keysOfTable(path: Path): TableKeys {
  return KEYS[tableOf(path)] ?? { otherwise: "is no key here", keys: [] };
}

/** The table around `path` that has such a key, if one has. */
export function outerTableWith(key: string, path: Path): "the file" | "the rule" | undefined {
  if (tableOf(path).startsWith("rules[].") && KEYS["rules[]"]?.keys.includes(key)) return "the rule";
  return path.length > 0 && KEYS[""]?.keys.includes(key) ? "the file" : undefined;
}

/** `rules[].tests[]` for each test of each rule. */
function tableOf(path: Path): string {
  return keyOfPath(path).replaceAll(/\[\d+\]/g, "[]");
}
