/** Prints the origin's answer to a routing command. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";
import { issueText } from "./issue-excerpt.ts";
import { EXIT_REFUSED, EXIT_UNREACHABLE, refusalLine } from "./admin-call.ts";
import type { OriginReply } from "./origin-call.ts";

/** What the origin's `/routing` answers about one version. */
type RoutingFacts = {
  readonly version: number;
  readonly pushedAt: string;
  readonly note?: string;
  readonly mode: string;
  readonly band: string;
  readonly thresholdPerSec: number;
  /** Absent from an origin of an older version. */
  readonly tailoring?: string;
  readonly source?: string;
  readonly published?: boolean;
  readonly reason?: string;
  readonly warnings?: readonly string[];
};

/** Returns the exit code. */
export function report(
  reply: OriginReply,
  file: string,
  print: (facts: RoutingFacts) => void,
  /** The text of the file, where it is at hand. */
  text?: string,
): number {
  if (reply.kind === "ok") {
    print(reply.body as RoutingFacts);
    return 0;
  }
  if (reply.kind === "unreachable") {
    console.error(refusalLine(reply));
    return EXIT_UNREACHABLE;
  }
  const isConflict = reply.status === 409;
  if (isConflict || reply.issues.length === 0) console.error(refusalLine(reply));
  // What a conflict lists is in the routing in force, and in no line of the file.
  if (isConflict) for (const { key, reason } of reply.issues) console.error(`  ${key} ${reason}`);
  else if (reply.issues.length > 0) printIssues(file, reply.issues, text);
  return EXIT_REFUSED;
}

/** With the line and a caret under what is wrong in it, where `text` is the text of the file. */
export function printIssues(file: string, issues: readonly RoutingIssue[], text?: string): void {
  for (const issue of issues) console.error(issueText(file, issue, text));
}

export function printWarnings({ warnings = [] }: Pick<RoutingFacts, "warnings">): void {
  for (const warning of warnings) console.log(`warning: ${warning}`);
}

export function printPushed(facts: RoutingFacts): void {
  printFacts(facts);
  printWarnings(facts);
  if (facts.published === true)
    console.log("Published to KV. Every edge isolate applies it within its read cycle.");
  else
    console.log(
      `Not published to KV yet: ${facts.reason ?? "no reason was given"}. The origin's gate applies it already.`,
    );
}

function printFacts({ version, pushedAt, note, mode, band, thresholdPerSec }: RoutingFacts): void {
  console.log(`Version ${version}, pushed ${pushedAt}${note === undefined ? "" : ` (${note})`}`);
  console.log(
    `Mode ${mode}; band now: ${band}, ${counted(String(thresholdPerSec), "individual page")} per second`,
  );
}

export function printWhole(facts: RoutingFacts): void {
  printFacts(facts);
  if (facts.tailoring !== undefined) console.log(`Tailoring: ${facts.tailoring}`);
  printWarnings(facts);
  console.log(`\n${facts.source ?? ""}`);
}

export function printJson(facts: object): void {
  console.log(JSON.stringify(facts));
}
