/** What the command line asks for, checked. */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { readHosts } from "@spillway/shared/signals/site-hosts.ts";
import { ITEM_FROM_FORM, itemReader } from "./visits/item-from.ts";
import { formatOf } from "@spillway/kit/tabular/rows.ts";

export type Flags = {
  readonly interactions?: string;
  readonly visits?: string;
  readonly itemFrom: string;
  readonly ownHosts?: string;
  readonly clusters: readonly number[];
  readonly minSupport: number;
  readonly seed: number;
  readonly seeds: number;
  readonly history?: number;
  readonly tune?: true;
  readonly lambda: number;
  readonly withEase?: true;
  readonly warmOnly?: true;
  readonly coldOnly?: true;
  readonly json?: true;
  readonly html?: string;
};

const MAX_CLUSTERS = 10_000;

/** `10,100` → each once, ascending. */
export function clusterCounts(text: string): number[] {
  const count = wholeNumber(1, MAX_CLUSTERS);
  return [...new Set(text.split(",").map(count))].toSorted((a, b) => a - b);
}

/**
 * The file to measure on, or undefined where none is; throws a {@link UsageError} for what cannot be done.
 */
export function checkFlags(flags: Flags): string | undefined {
  const { interactions, visits, warmOnly, coldOnly, history, html } = flags;
  if (warmOnly === true && coldOnly === true)
    throw new UsageError("--warm-only and --cold-only exclude each other");
  // The folder is checked now, because the report is written only after minutes.
  if (html !== undefined && !existsSync(dirname(html))) {
    throw new UsageError(`--html: there is no directory ${dirname(html)}`);
  }
  checkVisits(flags);
  // Without interactions the visits are all that is measured.
  if (coldOnly === true || (visits !== undefined && interactions === undefined)) {
    if (flags.withEase === true)
      throw new UsageError("--with-ease is for the warm table, which is left out here");
    if (history !== undefined)
      throw new UsageError("--history is for the warm table, which is left out here");
    return undefined;
  }
  if (interactions === undefined) {
    throw new UsageError(
      "--interactions <file> or --visits <file> is needed (the cold table alone, --cold-only, needs none)",
    );
  }
  if (!existsSync(interactions)) throw new UsageError(`--interactions: there is no file ${interactions}`);
  if (statSync(interactions).isDirectory())
    throw new UsageError(`--interactions: ${interactions} is a folder`);
  if (formatOf(interactions) === undefined) {
    throw new UsageError(
      `--interactions: ${interactions}: the name must end in .csv or .jsonl, or one of them and .gz or .zst`,
    );
  }
  return interactions;
}

function checkVisits({ visits, warmOnly, itemFrom, ownHosts }: Flags): void {
  if (itemReader(itemFrom) === undefined) throw new UsageError(`--item-from: ${ITEM_FROM_FORM}`);
  const { unread } = readHosts(ownHosts ?? "");
  if (unread.length > 0) throw new UsageError(`--own-hosts: ${unread.join(", ")}: no host`);
  if (visits === undefined) return;
  if (warmOnly === true) throw new UsageError("--visits is for the cold table, which --warm-only leaves out");
  if (!existsSync(visits)) throw new UsageError(`--visits: there is no file ${visits}`);
  if (statSync(visits).isDirectory()) throw new UsageError(`--visits: ${visits} is a folder`);
}
