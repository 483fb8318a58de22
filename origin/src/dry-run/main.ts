/** The dry run's own process: it reads rules, index and sample from the store, answers once, and ends. */
import { compileClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { createReplay } from "@spillway/simulation/dry-run/at-instant.ts";
import { dryRouting } from "@spillway/simulation/dry-run/dry-routing.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { clusterIndex } from "@spillway/store/state.ts";
import type { AskedOfProcess, DryRunAnswer, DryRunQuestion } from "./messages.ts";

async function dryRun(database: Database, { routing, atMs }: DryRunQuestion): Promise<DryRunResult> {
  const { routing: stored, samples } = sqliteOperatorStore(database);
  const current = await stored.current();
  const published = clusterIndex(database);
  const index = published && compileClusterIndex(published.index);
  const replay = createReplay(
    {
      before: current && dryRouting(current.value.routing, current.version, index),
      after: dryRouting(routing, undefined, index),
      assign: index && ((signals) => index.assign(signals).id),
    },
    atMs,
  );
  for await (const tuple of samples.tuples(0, Number.MAX_SAFE_INTEGER)) replay.add(tuple);
  return replay.result();
}

async function answer({ databasePath, ...question }: AskedOfProcess): Promise<DryRunAnswer> {
  try {
    const database = openDatabase(databasePath, { readonly: true });
    try {
      return { kind: "done", result: await dryRun(database, question) };
    } finally {
      database.close();
    }
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

process.once("message", (question: AskedOfProcess) => {
  void answer(question).then((answered) => {
    // The origin may have ended already.
    if (process.connected) process.send?.(answered, undefined, undefined, () => process.disconnect?.());
  });
});
