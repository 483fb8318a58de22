/** The dry run's own process: it reads rules, index and sample from the store, answers once, and ends. */
import { compileClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { createReplay } from "@spillway/simulation/dry-run/at-instant.ts";
import { dryRouting } from "@spillway/simulation/dry-run/dry-routing.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { clusterIndex } from "@spillway/store/state.ts";
import { answerOnce } from "../background/answer-once.ts";
import type { AskedOfProcess, DryRunQuestion } from "./messages.ts";

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

answerOnce(async ({ databasePath, ...question }: AskedOfProcess): Promise<DryRunResult> => {
  const database = openDatabase(databasePath, { readonly: true });
  try {
    return await dryRun(database, question);
  } finally {
    database.close();
  }
});
