/** `spillway pins` lists, previews, compares and puts the editors' pins, at once or at a time. */
import { Command, InvalidArgumentError } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { parseTimeMs, TIME_FORM } from "@spillway/shared/protocol/time.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import {
  callAsOperator,
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printRefusal,
  withParameters,
} from "./admin-call.ts";
import type { OriginReply } from "./origin-call.ts";
import { placedInFile, readPinsFile, type PinsFile, type PinsFileResult } from "./pins-file.ts";
import {
  checkText,
  differenceText,
  draftText,
  pinsText,
  previewText,
  type CheckFacts,
  type DraftFacts,
  type PinsFacts,
  type PreviewFacts,
} from "./pins-report.ts";
import { printIssues } from "./routing-report.ts";

type Options = {
  readonly origin?: string;
  readonly json: boolean;
  readonly note?: string;
  readonly at?: string;
  readonly expectVersion?: number;
  readonly as?: Audience;
  readonly context?: string;
};

/** Signals by name, beside country and age limit. */
type Audience = {
  readonly as: Readonly<Record<string, string>>;
  readonly country?: string;
  readonly rating?: number;
};

export function pinsCommand(): Command {
  const command = exitOnUsageError(new Command("pins"))
    .description("list, preview, compare and put the editors' pins, at once or at a time")
    .addHelpText(
      "after",
      '\nA file is {"pins": […]}, the whole set, as `list --json` prints it. Times are by the content\'s clock, which `list` shows;\none without an offset is UTC.\n' +
        "Changing needs an editor's token, reading a viewer's.\n" +
        `Exit codes: 0 done; ${EXIT_REFUSED} not valid or refused, or diff: the sets differ; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
    );
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option("--origin <url>", "the origin's address")
      .option("--json", "print the result as JSON", false);
  sub("list", "show pins and drafts: state, audience, reach, conflicts").action(({ origin, json }: Options) =>
    end(async () => {
      const pins = await ask<PinsFacts>(callAsOperator("GET", "/editorial/pins?reach", origin));
      const { drafts } = await ask<{ readonly drafts: readonly DraftFacts[] }>(
        callAsOperator("GET", "/editorial/drafts", origin),
      );
      console.log(json ? JSON.stringify({ ...pins, drafts }) : pinsText(pins, drafts));
    }),
  );
  sub("put", "replace all pins by those of a file, at once or at a time")
    .argument("<file>", "JSON; - reads standard input")
    .option("--at <time>", "store it as a draft, which the origin publishes at this time", time)
    .option("--expect-version <n>", "refuse it unless this version is in force", wholeNumber(0, 999_999_999))
    .option("--note <text>", "why, for the audit log")
    .action((file: string, { at, expectVersion, note, origin, json }: Options, self: Command) =>
      end(async () => {
        if (at !== undefined && expectVersion !== undefined)
          self.error("error: --at and --expect-version exclude each other: a draft is merged at its start");
        const written = readPins(self, file);
        const body = { pins: written.pins };
        if (at !== undefined) {
          const path = withParameters("/editorial/drafts", { note });
          const added = await ask<DraftFacts & CheckFacts>(
            callAsOperator("POST", path, origin, { ...body, start: at }),
            written,
          );
          console.log(json ? JSON.stringify(added) : `${draftText(added)}\n${checkText(added)}`.trimEnd());
          return;
        }
        const path = withParameters("/editorial/pins", { expect: expectVersion, note });
        const put = await ask<PinsFacts>(callAsOperator("PUT", path, origin, body), written);
        console.log(json ? JSON.stringify(put) : pinsText(put, undefined));
      }),
    );
  sub("preview", "show what an audience would see, with the pins in force or those of a file")
    .argument("[file]", "JSON; - reads standard input")
    .option(
      "--as <audience>",
      "signals, country and age limit, such as team=ESP,entry=social,country=DE,rating=12",
      audience,
    )
    .option("--context <context>", `which page: ${PAGE_CONTEXTS.join(", ")}`, "homepage")
    .option("--at <time>", "when; default now", time)
    .action((file: string | undefined, { as, context, at, origin, json }: Options, self: Command) =>
      end(async () => {
        const written = file === undefined ? undefined : readPins(self, file);
        const pins = written && { pins: written.pins };
        const body = { ...pins, ...as, context, ...(at !== undefined && { at }) };
        const preview = await ask<PreviewFacts>(
          callAsOperator("POST", "/editorial/preview", origin, body),
          written,
        );
        console.log(json ? JSON.stringify(preview) : previewText(preview));
      }),
    );
  sub("diff", "check a file, and show what it would change; nothing is changed")
    .argument("<file>", "JSON; - reads standard input")
    .action((file: string, { origin, json }: Options, self: Command) =>
      end(async () => {
        const written = readPins(self, file);
        const body = { pins: written.pins };
        const checked = await ask<CheckFacts>(
          callAsOperator("POST", "/editorial/pins/check", origin, body),
          written,
        );
        console.log(
          json ? JSON.stringify(checked) : `${differenceText(checked)}\n${checkText(checked)}`.trimEnd(),
        );
        const { added = [], removed = [], changed = [], isReordered = false } = checked.difference ?? {};
        if (added.length + removed.length + changed.length > 0 || isReordered)
          process.exitCode = EXIT_REFUSED;
      }),
    );
  sub("cancel", "cancel a draft")
    .argument("<id>", "as `list` shows it", wholeNumber(1, 999_999_999))
    .option("--note <text>", "why, for the audit log")
    .action((id: number, { note, origin, json }: Options) =>
      end(async () => {
        const path = withParameters("/editorial/drafts/cancel", { note });
        const draft = await ask<DraftFacts>(callAsOperator("POST", path, origin, { id }));
        console.log(json ? JSON.stringify(draft) : draftText(draft));
      }),
    );
  return command;
}

/** There is no answer to print; what to say instead has been said. */
class RefusedError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("refused");
    this.exitCode = exitCode;
  }
}

async function ask<Answer>(asked: Promise<OriginReply>, file?: PinsFile): Promise<Answer> {
  const reply = await asked;
  if (reply.kind === "ok") return reply.body as Answer;
  if (reply.kind === "refused" && file !== undefined && reply.issues.length > 0) {
    // The start of a draft, or an audience, is no part of the file.
    const [ofPins, others] = [true, false].map((isOfPins) =>
      reply.issues.filter(({ key }) => /^pins\b/.test(key) === isOfPins),
    );
    for (const { key, reason } of others ?? []) console.error(`${key === "start" ? "--at" : key}: ${reason}`);
    printIssues(file.path, placedInFile(file, ofPins ?? []), file.text);
    throw new RefusedError(EXIT_REFUSED);
  }
  throw new RefusedError(printRefusal(reply));
}

async function end(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    process.exitCode = error.exitCode;
  }
}

/** Ends the command where the file cannot be read. */
function readPins(self: Command, path: string): PinsFile {
  let read: PinsFileResult;
  try {
    read = readPinsFile(path);
  } catch (error) {
    return self.error(`error: ${reasonOf(error)}`);
  }
  if (read.ok) return read.file;
  printIssues(path, read.issues, read.text);
  throw new RefusedError(EXIT_REFUSED);
}

function time(text: string): string {
  const ms = parseTimeMs(text);
  if (ms === undefined) throw new InvalidArgumentError(TIME_FORM);
  return new Date(ms).toISOString();
}

function audience(text: string): Audience {
  const pairs = text.split(",").map((part) => {
    const at = part.indexOf("=");
    if (at < 1) throw new InvalidArgumentError("must be such as team=ESP,entry=social,country=DE,rating=12");
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
  });
  const { country, rating, ...as } = Object.fromEntries(pairs);
  if (rating !== undefined && !/^\d{1,2}$/.test(rating))
    throw new InvalidArgumentError("rating must be an age limit in whole years, such as 12");
  return {
    as,
    ...(country !== undefined && { country }),
    ...(rating !== undefined && { rating: Number(rating) }),
  };
}
