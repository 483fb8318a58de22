/** Where a part of the audience stands in a tree that was grown on another part. Pure but for the pool. */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { countUsers, type Histories } from "../profile/histories.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import { assignExamples } from "./assign-examples.ts";
import { attributesOf, type Attribute, type Audience, type SignalColumn } from "./audience.ts";
import type { PlacedUsers } from "./cluster-sums.ts";
import type { GrownNode } from "./grow-tree.ts";
import type { Taste } from "./taste.ts";
import { allExamples, knownUsers, weightOf } from "./tree-examples.ts";

const RANGES_PER_THREAD = 8;
/** A task first lays out the segments' tables, which takes as long as some thousand users. */
const LEAST_USERS = 10_000;

/** `taste` must have a row for each item of the audience's catalogue. */
export async function placeAudience(
  nodes: readonly GrownNode[],
  taste: Taste,
  { histories, signals, visits }: Audience,
  pool: TaskPool,
): Promise<PlacedUsers> {
  const attributes = attributesOf(signals, await affinities(taste, histories, pool));
  return placeUsers(nodes, attributes, visits);
}

export function placeUsers(
  nodes: readonly GrownNode[],
  attributes: readonly Attribute[],
  visits: Uint8Array,
): PlacedUsers {
  const known = knownUsers(attributes, visits.length);
  const examples = allExamples(known);
  return {
    examples,
    assigned: assignExamples(nodes, attributes, examples),
    halfVisits: Uint8Array.from(examples, (example) => 2 * weightOf({ known, visits }, example)),
  };
}

/**
 * The segment of every user, or of each of `users`, as a signal. With one task for each thread, the threads
 * are busy while the caller's own thread is.
 */
export async function affinities(
  taste: Taste,
  histories: Histories,
  pool: TaskPool,
  { users, tasksPerThread = RANGES_PER_THREAD }: AffinityOptions = {},
): Promise<SignalColumn> {
  const count = users?.length ?? countUsers(histories);
  const codes = sharedArray(Uint32Array, count);
  const values = [NO_SIGNALS.affinity, ...taste.names];
  if (taste.names.length === 0) return { codes, values };
  const { groupStarts, vectors, groupVectors, perSource } = taste;
  await Promise.all(
    ranges(count, Math.min(tasksPerThread * pool.threads, Math.ceil(count / LEAST_USERS))).map(
      async (range) => {
        const tables = { groupStarts, vectors, groupVectors, perSource };
        await pool.run("writeSegments", { tables, histories, users, codes, ...range });
      },
    ),
  );
  return { codes, values };
}

type AffinityOptions = { readonly users?: Uint32Array; readonly tasksPerThread?: number };
