/**
 * `spillway sample` writes the origin's sample of decisions to a file, and takes one in at another origin.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Command } from "commander";
import type * as z from "zod/mini";
import { textTable } from "@spillway/kit/charts/table.ts";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { formatTuple, type DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { WeightedReservoir } from "@spillway/shared/sample/weighted-reservoir.ts";
import { sampleDaysSchema } from "@spillway/origin/openapi/sample-answer.ts";
import { callAsOperator, refusalLine, sendAsOperator, withParameters } from "./admin-call.ts";
import { NoOriginError } from "./dry-run-basis.ts";
import type { OriginReply } from "./origin-call.ts";
import { tuplesOfFile, tuplesOfOrigin } from "./sampled-tuples.ts";

export const EXIT_FAILED = 1;

type Days = z.infer<typeof sampleDaysSchema>["days"];

type ExportOptions = {
  readonly origin?: string;
  readonly from?: string;
  readonly until?: string;
  readonly atMost?: number;
};
type OriginOptions = { readonly origin?: string; readonly json?: true };

export function sampleCommand(): Command {
  const command = exitOnUsageError(new Command("sample"))
    .description("the sample of decisions, from which nobody can be recognised: what rules are tried on")
    .addHelpText(
      "after",
      `\nADMIN_TOKEN may be any operator's token: a viewer may export, an operator import.\n` +
        `Exit codes: 0 done; ${EXIT_FAILED} the origin refused, or does not answer; ${EXIT_USAGE} wrong use, or a file that is no sample.`,
    );
  const sub = (name: string, description: string): Command =>
    command.command(name).description(description).option("--origin <url>", "where the origin listens");
  sub("export", "write it as JSONL, one decision tuple a line; safe to commit")
    .argument("[file]", "to be written, compressed where it ends in .gz; without it, standard output")
    .option("--from <time>", "a UTC day such as 2026-07-10, or an instant such as 2026-07-10T20:00Z")
    .option("--until <time>", "before this day or instant")
    .option(
      "--at-most <n>",
      "draw so many tuples of it, and weigh them so that totals stay",
      wholeNumber(1, 10_000_000),
    )
    .action((file: string | undefined, options: ExportOptions) =>
      withExits(() => exportSample(file, options)),
    );
  sub("import", "take in a file that another origin has exported; all of it, or nothing")
    .argument("<file>", "JSONL, also compressed (.gz, .zst)")
    .option("--json", "print one JSON object")
    .action((file: string, options: OriginOptions) => withExits(() => importSample(file, options)));
  sub("days", "show which days there are")
    .option("--json", "print one JSON object")
    .action((options: OriginOptions) =>
      withExits(async () => report(await callAsOperator("GET", "/sample/days", options.origin), options)),
    );
  return command;
}

async function exportSample(
  file: string | undefined,
  { origin, from, until, atMost }: ExportOptions,
): Promise<void> {
  const all = tuplesOfOrigin(origin, withParameters("/sample", { from, until }));
  let count = 0;
  const lines = async function* () {
    for await (const tuple of atMost === undefined ? all : thinned(all, atMost)) {
      count += 1;
      yield `${formatTuple(tuple)}\n`;
    }
  };
  if (file === undefined) {
    await pipeline(Readable.from(lines()), process.stdout, { end: false });
  } else {
    // A file that stands there is either the old one or the whole new one.
    const part = `${file}.part`;
    try {
      await pipeline([Readable.from(lines()), ...packing(file), createWriteStream(part)]);
      await rename(part, file);
    } finally {
      await rm(part, { force: true });
    }
  }
  console.error(count === 0 ? "The sample is empty." : `${counted(count, "decision tuple")}.`);
  if (count === 0) process.exitCode = EXIT_FAILED;
}

function packing(file: string): NodeJS.ReadWriteStream[] {
  return file.endsWith(".gz") ? [createGzip()] : [];
}

/** Drawn by their weights, so that each stands for about as many requests. In the order of their minutes. */
async function* thinned(
  tuples: AsyncIterable<DecisionTuple>,
  atMost: number,
): AsyncGenerator<DecisionTuple, void> {
  const drawn = new WeightedReservoir<DecisionTuple>(
    { maxItems: atMost, maxBytes: Number.POSITIVE_INFINITY },
    Math.random,
  );
  for await (const tuple of tuples) {
    if (!drawn.passesBy(tuple.weight)) drawn.put(tuple, tuple.weight, 0);
  }
  yield* drawn
    .drain()
    .map(({ item, weight }) => ({ ...item, weight: Number((item.weight * weight).toPrecision(6)) }))
    .toSorted((a, b) => a.minute - b.minute);
}

async function importSample(file: string, options: OriginOptions): Promise<void> {
  const lines: string[] = [];
  // It is read here first, so that an error names the file and its line.
  for await (const tuple of tuplesOfFile(file)) lines.push(formatTuple(tuple));
  if (lines.length === 0) throw new RangeError(`${file}: there is no tuple in it`);
  const body = { text: lines.join("\n"), mediaType: "application/jsonl" };
  report(await sendAsOperator("POST", "/sample", options.origin, body), options);
}

function report(reply: OriginReply, { json }: OriginOptions): void {
  if (reply.kind === "ok") {
    const { days } = sampleDaysSchema.parse(reply.body);
    console.log(json === true ? JSON.stringify({ days }) : daysTable(days));
    return;
  }
  console.error(refusalLine(reply));
  process.exitCode = EXIT_FAILED;
}

function daysTable(days: Days): string {
  if (days.length === 0) return "There is no sample yet.";
  return textTable({
    head: ["day", "", "tuples", "requests", "withheld"],
    rows: days.map(({ day, source, tuples, weight, withheld, complete }) => [
      day,
      `${source}${complete ? "" : ", not over yet"}`,
      String(tuples),
      String(Math.round(weight)),
      String(Math.round(withheld)),
    ]),
    align: ["left", "left", "right", "right", "right"],
    note: "Withheld are requests whose outcome fewer than ten visitors had.",
  });
}

async function withExits(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = error instanceof RangeError ? EXIT_USAGE : EXIT_FAILED;
    if (!(error instanceof RangeError || error instanceof NoOriginError || isFileError(error))) throw error;
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "code" in error && "syscall" in error;
}
