/** What `evaluate` may be told on the command line. */
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command } from "commander";
import { clusterCounts } from "./options.ts";

export function evaluateProgram(): Command {
  const program = new Command("evaluate")
    .description(
      "How much of individual personalization the edge keeps without the origin: for users with a history on your interactions (warm), and for first visits, on your visits or the demo audience (cold).",
    )
    .option(
      "--interactions <file>",
      "CSV or JSONL, plain or packed (.gz, .zst), with user and item; other columns are ignored",
    )
    .option(
      "--visits <file>",
      "cold: real visits in the demo's place; CSV, JSONL or an access log, plain or packed (.gz, .zst)",
    )
    .option(
      "--item-from <where>",
      "cold: where a URL names its item: path, path:/PREFIX/ (what follows it) or query:NAME",
      "path",
    )
    .option("--own-hosts <list>", "cold: hosts of your site; who comes from there was there already")
    .option(
      "--clusters <list>",
      "most clusters there may be, a row for each",
      clusterCounts,
      [10, 100, 300, 1000],
    )
    .option("--min-support <n>", "fewest users a cluster may have", wholeNumber(1, 1e6), 2)
    .option("--seed <n>", "of every random draw", wholeNumber(0, 4_294_967_295), 1)
    .option("--seeds <n>", "warm: so many seeds from --seed on, and their median", wholeNumber(1, 100), 1)
    .option(
      "--history <n>",
      "warm: the edge knows only so many of a viewer's titles, drawn by the seed as if they were the newest",
      wholeNumber(1, 1e6),
    )
    .option(
      "--tune",
      "warm: test on some of the training users (user % 5 = 1) instead, to choose settings without the test users",
    )
    .option("--lambda <n>", "EASE's λ, its regularization", numberBetween(1e-6, 1e9), 300)
    .option(
      "--with-ease",
      "warm: solve EASE whole and measure against it at any size, however long that takes",
    )
    .option("--warm-only", "no cold table")
    .option("--cold-only", "no warm table; needs no file")
    .option("--json", "print one JSON object; shares are of 1")
    .option("--html <file>", "write a report with a chart, which opens without a network")
    .addHelpText(
      "after",
      `
As served: each path removes from its ranking only what it really removes: generic and cluster pages nothing, the edge with
a viewer's state the watched titles that the state knows, the origin the whole history. retention: (this − generic) ÷ (EASE − generic)
of NDCG@10.

Protocol: test users are those with user % 5 = 0; of a test user the pair (u, i) is held out iff
(u*7919 + i*104729) % 100 < 20, the rest is the history; test users without either are left out. Models are learned from
the other users. Ids that are all non-negative integers are used as they are; others are numbered by first appearance.

Visits: columns or keys time, item, and any of url, referrer, user_agent, country, team, or signals already read: entry,
campaign, event, device, region (an empty cell tells nothing). Of an access log the item is in the URL. In the order of time
the clusters are learned from the first visits, and the last 30 % get the page as it would have been there, counted from plays
of a window that was best on visits before; once more for pages rebuilt each 1, 5, 15 and 60 minutes.

Exit codes: 0 measured; 1 the data cannot be measured on, and why, with line numbers; 2 wrong use of the command.`,
    )
    .showHelpAfterError("(try --help)");
  return exitOnUsageError(program);
}
