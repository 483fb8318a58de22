/**
 * Turns the text of the operator's routing file (TOML or JSON) into validated routing, or into all errors
 * with their keys and places. No worker imports it. Pure.
 */
import { CLUSTER_ID } from "../protocol/wire.ts";
import type { Issue } from "../protocol/zod-issues.ts";
import { publishedExpected, readExpected } from "./file/file-expected.ts";
import { asList, asRecord, publishedRule, readRules } from "./file/file-rules.ts";
import { RoutingText, type Format, type RoutingIssue } from "./file/read-file.ts";
import { fileExpectedListSchema, fileRulesSchema } from "./file/routing-file.ts";
import { runRuleTests } from "./file/rule-tests.ts";
import { shapeIssues } from "./file/shape-issues.ts";
import { unknownClusters } from "./file/unknown-clusters.ts";
import { parseRouting, type Routing, type RuleTargets } from "./routing.ts";

export type { RoutingIssue } from "./file/read-file.ts";

export type RoutingTextResult =
  | { readonly ok: true; readonly routing: Routing }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

/**
 * The tests of its rules are run too: one that fails is an error of the file. So is a rule whose cluster is
 * not among `knownClusters`, where anybody knows them.
 */
export function parseRoutingText(
  text: string,
  format: Format,
  knownClusters: readonly string[] = [],
): RoutingTextResult {
  const file = new RoutingText(text, format);
  const { meanings, issues: faults } = readRules(file);
  const { atMs, issues: expectedFaults } = readExpected(file);
  const unknown = knownClusters.length === 0 ? [] : unknownClusters(targetsOf(file.value), knownClusters);
  const unsound = [...file.syntaxIssues, ...shapeIssues(file), ...faults, ...expectedFaults];
  const issues = [...unsound, ...unknown.map(({ key, reason }) => file.atValue(pathOfKey(key), reason))];
  const faultyTests = new Set(unsound.map(({ key }) => testOf(key)));
  // Where the rules themselves can't be read, nothing can be tested.
  if (faultyTests.has(undefined)) return refused(issues);
  const { rules: written, expected, ...others } = asRecord(file.value);
  const fileRules = fileRulesSchema.parse(
    faultyTests.size === 0 ? written : withoutTests(written, faultyTests),
  );
  const rules = fileRules.map((rule, at) => publishedRule(rule, meanings[at] ?? {}));
  // Absent where there is none, so that an older edge knows each key of most files.
  const crowds = expected !== undefined && {
    expected: publishedExpected(fileExpectedListSchema.parse(expected), atMs),
  };
  const parsed = parseRouting({ ...others, rules, ...crowds });
  if (!parsed.ok) return refused([...issues, ...withPlaces(parsed.issues, text, format)]);
  const failed = runRuleTests(file, parsed.routing, fileRules).filter(
    ({ key }) => !faultyTests.has(testOf(key)),
  );
  return issues.length + failed.length > 0 ? refused([...issues, ...failed]) : parsed;
}

/** The test that an issue is about, as the start of its key. */
function testOf(key: string): string | undefined {
  return /^rules\[\d+\]\.tests\[\d+\]/.exec(key)?.[0];
}

/** The rules, with tests in the place of faulty ones, so that the others keep their numbers. */
function withoutTests(rules: unknown, faulty: ReadonlySet<string | undefined>): readonly unknown[] {
  return asList(rules).map((rule, at) => {
    const { tests, ...others } = asRecord(rule);
    if (tests === undefined) return others;
    const sound = asList(tests).map((one, number) =>
      faulty.has(`rules[${at}].tests[${number}]`) ? { expect: "none" } : one,
    );
    return { ...others, tests: sound };
  });
}

/** The outcomes of the rules, as far as they are written: what is no cluster's name is told elsewhere. */
function targetsOf(value: unknown): RuleTargets {
  const { rules, allow_unknown: allow } = asRecord(value);
  return {
    allow_unknown: isAllowed(allow),
    rules: asList(rules)
      .map(asRecord)
      .map(({ then, allow_unknown }) => ({
        then: typeof then === "string" && CLUSTER_ID.test(then) ? then : "generic",
        allow_unknown: isAllowed(allow_unknown),
      })),
  };
}

function isAllowed(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** In the order of the file; of two errors in one place that say the same, one. */
function refused(issues: readonly RoutingIssue[]): RoutingTextResult {
  const unlike = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  const sorted = [...unlike.values()].toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  return { ok: false, issues: sorted };
}

/** Adds the places of the values that issues of a valid file are about. */
export function withPlaces(issues: readonly Issue[], text: string, format: Format): readonly RoutingIssue[] {
  if (issues.length === 0) return [];
  const file = new RoutingText(text, format);
  return issues.map(({ key, reason }) => file.atValue(pathOfKey(key), reason));
}

/** `rules[1].then` → rules, 1, then. */
function pathOfKey(key: string): readonly (string | number)[] {
  return [...key.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([whole, index]) =>
    index === undefined ? whole : Number(index),
  );
}
