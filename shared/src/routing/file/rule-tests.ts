/** `[[rules.tests]]`: what the rules of a file must decide for the requests that it describes. Pure. */
import { readTerritory, notATerritory } from "../../protocol/territories.ts";
import { GENERIC_CLUSTER } from "../../protocol/wire.ts";
import { textFormsOf } from "../../signals/signal-value.ts";
import { NO_SIGNALS, NONE, type SignalName, type Signals } from "../../signals/signals.ts";
import { hintAt } from "../nearest-name.ts";
import { compileRouting, type Routing } from "../routing.ts";
import { OUTCOMES } from "../rules/rule-schema.ts";
import type { RuleInput, RuleOutcome } from "../rules/rule-input.ts";
import { stickyDraw } from "../sticky-draw.ts";
import { CONTEXTS } from "./file-rules.ts";
import { readInstant } from "./local-time.ts";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";
import type { FileRule, RuleTest } from "./routing-file.ts";
import { resolveValue } from "./vocabularies.ts";

/** What a test expects where no rule is to hold. */
const NO_RULE = "none";

/** Runs all tests, and tells what is wrong with a test, or that the rules decide otherwise. */
export function runRuleTests(
  file: RoutingText,
  routing: Routing,
  fileRules: readonly FileRule[],
): readonly RoutingIssue[] {
  const compiled = compileRouting({ version: 1, routing });
  return fileRules.flatMap((rule, at) =>
    (rule.tests ?? []).flatMap((test, number) => {
      const path = ["rules", at, "tests", number];
      const startsMs = startOf(routing.rules[at]);
      const read = readTest(file, path, test, routing, startsMs, (ms) => compiled.bandAt(ms).name);
      if (!read.ok) return read.issues;
      const outcome = compiled.rules.outcomeFor(read.input);
      const got = nameOfOutcome(outcome);
      if (got === test.expect) return [];
      const by =
        outcome === undefined ? "no rule holds" : `rule ${compiled.rules.names[outcome.rule]} decides ${got}`;
      const known = [...OUTCOMES, NO_RULE, got];
      const hint = known.includes(test.expect) ? "" : hintAt(test.expect, known);
      const reason = `the test fails: it expects ${test.expect}, and ${by}${hint}`;
      return [file.atValue([...path, "expect"], reason)];
    }),
  );
}

/** When a rule begins, or else just before it ends; NaN for one that always holds. */
function startOf(rule: Routing["rules"][number] | undefined): number {
  if (rule?.fromMs !== undefined) return rule.fromMs;
  return rule?.untilMs === undefined ? Number.NaN : rule.untilMs - 1;
}

function nameOfOutcome(outcome: RuleOutcome | undefined): string {
  if (outcome === undefined) return NO_RULE;
  if (outcome.kind !== "cluster") return outcome.kind;
  return outcome.cluster === GENERIC_CLUSTER ? "generic" : outcome.cluster;
}

type ReadTest =
  | { readonly ok: true; readonly input: RuleInput }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

function readTest(
  file: RoutingText,
  path: Path,
  { signals = {}, context = "homepage", band, country, at, user }: RuleTest,
  { time_zone, bands }: Routing,
  startsMs: number,
  bandAt: (ms: number) => string,
): ReadTest {
  const issues: RoutingIssue[] = [];
  const tell = (key: Path, reason: string): void => void issues.push(file.atValue([...path, ...key], reason));
  const bandNames = bands.map(({ name }) => name);
  if (!CONTEXTS.includes(context)) {
    tell(
      ["context"],
      `there is no context "${context}"${hintAt(context, CONTEXTS)} (there are ${CONTEXTS.join(", ")})`,
    );
  }
  if (band !== undefined && !bandNames.includes(band)) {
    tell(
      ["band"],
      `there is no band "${band}"${hintAt(band, bandNames)} (there are ${bandNames.join(", ")})`,
    );
  }
  const territory = readTerritory(country);
  if (country !== undefined && territory === undefined) tell(["country"], notATerritory(country));
  const instant = at === undefined ? { ok: true as const, ms: startsMs } : readInstant(at, time_zone);
  if (!instant.ok) tell(["at"], instant.reason);
  const read = readSignalTexts(signals, (name, reason) => tell(["signals", name], reason));
  if (issues.length > 0 || !instant.ok) return { ok: false, issues };
  const { ms } = instant;
  return {
    ok: true,
    input: {
      signals: read,
      context,
      band: band ?? (Number.isNaN(ms) ? "" : bandAt(ms)),
      country: territory,
      nowMs: ms,
      shareOf: (salt) => (user === undefined ? 0 : stickyDraw(salt, user)),
    },
  };
}

/** Texts as links and cookies have them → the signals that a request would have. */
function readSignalTexts(
  texts: NonNullable<RuleTest["signals"]>,
  tell: (name: SignalName, reason: string) => void,
): Signals {
  const signals: Record<string, unknown> = { ...NO_SIGNALS };
  for (const [key, text] of Object.entries(texts)) {
    const name = key as SignalName;
    if (text === undefined) continue;
    const resolved = resolveValue(name, text, { bands: [], contexts: [] });
    if (!resolved.ok) tell(name, resolved.reason);
    // The last is the value itself; what is before it is how conditions may write it besides.
    else signals[name] = resolved.values.at(-1) ?? NONE;
  }
  const forms = { campaign: formsOf(texts.campaign), event: formsOf(texts.event) };
  return { ...signals, texts: forms } as Signals;
}

function formsOf(text: string | undefined): ReturnType<typeof textFormsOf> {
  return text === undefined || text.toLowerCase() === NONE ? undefined : textFormsOf(text);
}
