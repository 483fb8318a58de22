/** `spillway clusters` lists the micro-clusters of the newest refresh cycle. */
import { Command } from "commander";
import { formatDefinition, type Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { allClusters, type ClusterFacts } from "@spillway/store/pages/clusters.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { splits, type StoredSplits } from "@spillway/store/state.ts";

type Options = { readonly json?: boolean; readonly all?: boolean; readonly splits?: boolean };

export function clustersCommand(): Command {
  return new Command("clusters")
    .description("list the clusters: id, definition, parent, members, gain over the parent")
    .option("--json", "print an array of objects")
    .option("--all", "list the inner nodes of the tree too; their pages are the fallback for missing ones")
    .option(
      "--splits",
      "list why each inner node was split instead: signal, gain, and its distance from chance",
    )
    .action((options: Options) => {
      const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
      try {
        if (options.splits === true) {
          const all = splits(database).toSorted((a, b) => b.gainShare - a.gainShare);
          console.log(options.json === true ? JSON.stringify(all, undefined, 2) : splitTable(all));
          return;
        }
        const clusters = allClusters(database);
        const shown = clusters.filter(({ leaf }) => leaf || options.all === true).map(describe);
        console.log(options.json === true ? JSON.stringify(shown, undefined, 2) : table(shown));
        if (clusters.length === 0)
          console.error("There are no clusters yet. To build them: pnpm spillway publish");
      } finally {
        database.close();
      }
    });
}

type Described = ReturnType<typeof describe>;

function describe({ id, definition, parent, members, gain, leaf }: ClusterFacts) {
  return {
    id,
    // The pipeline wrote this JSON from the conjuncts of `definitionOf`, so the cast is safe.
    definition: formatDefinition(JSON.parse(definition) as Conjunct[]),
    parent,
    members,
    gain: Math.round(gain * 10_000) / 10_000,
    leaf,
  };
}

function table(clusters: readonly Described[]): string {
  const width = Math.max(2, ...clusters.map(({ id }) => id.length));
  const lines = clusters.map(
    ({ id, definition, parent, members, gain }) =>
      `${id.padEnd(width)}  ${String(members).padStart(7)}  ${(100 * gain).toFixed(1).padStart(5)} %  ${definition}  (parent ${parent ?? "none"})`,
  );
  return [
    `${"id".padEnd(width)}  members     gain  definition`,
    ...lines,
    `${clusters.length} clusters`,
  ].join("\n");
}

function splitTable(all: StoredSplits): string {
  const width = Math.max(7, ...all.map(({ cluster }) => cluster.length));
  const lines = all.map(({ cluster, signal, children, members, gainShare, z }) =>
    [
      cluster.padEnd(width),
      signal.padEnd(8),
      String(children).padStart(8),
      String(members).padStart(7),
      `${(100 * gainShare).toFixed(2).padStart(7)} %`,
      z.toFixed(1).padStart(6),
    ].join("  "),
  );
  return [
    `${"cluster".padEnd(width)}  split by  children  members       gain       z`,
    ...lines,
    `${all.length} splits. gain: share of the audience's total variance of taste; z: standard deviations beyond chance, at least 4.5.`,
  ].join("\n");
}
