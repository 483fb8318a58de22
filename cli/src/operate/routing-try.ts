/**
 * `spillway routing try` and `diff`: a dry run of a routing file on recorded traffic, before anybody obeys
 * it.
 */
import { Command, InvalidArgumentError } from "commander";
import type { CompiledClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { createReplay, type Replay } from "@spillway/simulation/dry-run/at-instant.ts";
import { dryRouting } from "@spillway/simulation/dry-run/dry-routing.ts";
import { basisLines, dryRunTables } from "@spillway/simulation/dry-run/dry-run-tables.ts";
import { judge, parseFailIf, type FailIf, type Verdict } from "@spillway/simulation/dry-run/fail-if.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { textTable } from "@spillway/kit/charts/table.ts";
import { checkOutput } from "@spillway/kit/commands/named-files.ts";
import { EXIT_USAGE } from "@spillway/kit/commands/usage.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";
import { basisOf, NoOriginError, readIndexFile, type Basis } from "./dry-run-basis.ts";
import { readRouting } from "./routing-file.ts";
import { EXIT_REFUSED, EXIT_UNREACHABLE } from "./admin-call.ts";
import { tuplesOfFile, tuplesOfOrigin, type Tuples } from "./sampled-tuples.ts";

type Options = {
  readonly sample?: string;
  readonly index?: string;
  readonly origin?: string;
  readonly at?: number;
  readonly failIf: readonly FailIf[];
  readonly json: boolean;
  readonly html?: string;
};

export function tryCommand(): Command {
  return withOptions(
    new Command("try")
      .description("replay recorded traffic through a file and the rules in force, and say what would change")
      .argument("<file>", "such as edge/routing.toml"),
  ).action(async (path: string, options: Options, self: Command) => {
    await running(self, async () => {
      const after = readRouting(self, path);
      if (after === undefined) return EXIT_REFUSED;
      const basis = await basisOf(options.origin, options.sample !== undefined);
      const named = {
        before: basis.version === undefined ? "what was recorded" : `version ${basis.version}`,
        after: path,
      };
      return dryRun(named, basis.routing, basis, after, options);
    });
  });
}

export function diffCommand(): Command {
  return withOptions(
    new Command("diff")
      .description("replay recorded traffic through two files, and say what differs")
      .argument("<before>", "the file that is compared with")
      .argument("<after>", "the file whose effect is asked for"),
  ).action(async (before: string, after: string, options: Options, self: Command) => {
    await running(self, async () => {
      const [was, is] = [readRouting(self, before), readRouting(self, after)];
      if (was === undefined || is === undefined) return EXIT_REFUSED;
      const basis = await basisOf(options.origin, options.sample !== undefined);
      return dryRun({ before, after }, was, { index: basis.index }, is, options);
    });
  });
}

function withOptions(command: Command): Command {
  return command
    .option("--sample <file>", "recorded traffic, as `sample export` writes it; default: the origin's")
    .option("--index <file>", "the cluster index, as KV holds it; default: the origin's")
    .option("--origin <url>", "the origin's address")
    .option("--at <instant>", "as if all of it came at that minute, such as 2026-07-10T20:00Z", instantMs)
    .option(
      "--fail-if <condition>",
      "end with 1 where it holds or cannot be excluded; may be repeated",
      failIf,
      [],
    )
    .option("--json", "print the result as JSON", false)
    .option("--html <file>", "write a page with a picture, which opens without a network")
    .addHelpText(
      "after",
      `
--fail-if: WHAT, one of > >= < <=, and a number with %. WHAT is individual, tailored, cluster, parent, generic, builtin,
changed, rule NAME (shares of all requests under the new rules), or origin load (worst minute, % of its threshold or /s).
Where the 95 % interval lies on both sides of the limit, it fails too: what the sample cannot exclude is not excluded.

Exit codes: 0 done; ${EXIT_REFUSED} a file is not valid, or a --fail-if fails; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
    );
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function instantMs(text: string): number {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError("It must be an instant such as 2026-07-10T20:00Z.");
  return ms;
}

function failIf(text: string, earlier: readonly FailIf[]): readonly FailIf[] {
  try {
    return [...earlier, parseFailIf(text)];
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** What the user can mend is said in one line, and the exit code is 2; without an origin it is 3. */
async function running(self: Command, run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (error instanceof NoOriginError) {
      console.error(error.message);
      process.exitCode = EXIT_UNREACHABLE;
    } else if (error instanceof RangeError) self.error(`error: ${error.message}`);
    else throw error;
  }
}

async function dryRun(
  named: { readonly before: string; readonly after: string },
  before: Routing | undefined,
  basis: Basis,
  after: Routing,
  options: Options,
): Promise<number> {
  checkOutput("--html", options.html);
  const index = options.index === undefined ? basis.index : readIndexFile(options.index);
  const replay = createReplay(
    {
      before: before && dryRouting(before, basis.version, index),
      after: dryRouting(after, undefined, index),
      assign: assigning(index),
    },
    options.at,
  );
  await replayAll(
    replay,
    options.sample === undefined ? tuplesOfOrigin(options.origin) : tuplesOfFile(options.sample),
  );
  const result = replay.result();
  const verdicts = options.failIf.map((condition) => judge(condition, result));
  await print(result, verdicts, named, options);
  return verdicts.some(({ verdict }) => verdict !== "passes") ? EXIT_REFUSED : 0;
}

function assigning(index: CompiledClusterIndex | undefined): Parameters<typeof createReplay>[0]["assign"] {
  return index && ((signals) => index.assign(signals).id);
}

async function replayAll({ add }: Replay, tuples: Tuples): Promise<void> {
  for await (const tuple of tuples) add(tuple);
}

async function print(
  result: DryRunResult,
  verdicts: readonly Verdict[],
  named: { readonly before: string; readonly after: string },
  { json, html }: Options,
): Promise<void> {
  if (html !== undefined) {
    // The charts take a second to load.
    const { dryRunPage } = await import("@spillway/simulation/dry-run/dry-run-page.ts");
    writeReport(html, dryRunPage(result, verdicts, named));
  }
  if (json) console.log(JSON.stringify({ ...result, failIf: verdicts }));
  else console.log(textOf(result, verdicts));
}

function textOf(result: DryRunResult, verdicts: readonly Verdict[]): string {
  const { sentence, cannotTell } = result;
  return [
    sentence,
    "",
    ...basisLines(result),
    ...dryRunTables(result, verdicts).flatMap(({ title, table }) => ["", title, "", textTable(table)]),
    ...(cannotTell.length === 0 ? [] : ["", "What the sample cannot tell", ""]),
    ...cannotTell.map(({ text }) => `- ${text}`),
  ].join("\n");
}
