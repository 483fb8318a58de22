/** `spillway clusters` lists the micro-clusters of the newest refresh cycle, or shows one beside others. */
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { readClusterTraffic, type ClusterTraffic } from "@spillway/origin/clusters/cluster-traffic.ts";
import { listClusters } from "@spillway/origin/clusters/list-clusters.ts";
import { showCluster } from "@spillway/origin/clusters/show-cluster.ts";
import { openServingLogFile } from "@spillway/origin/serving-log/read-serving-log.ts";
import {
  CLUSTER_ORDERS,
  findClusters,
  sortClusters,
  type ClusterList,
  type ClusterOrder,
} from "@spillway/shared/clusters/listed-clusters.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { splits } from "@spillway/store/state.ts";
import { clusterText, clustersTable, splitsTable } from "./clusters-report.ts";

type Options = {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly splits?: boolean;
  readonly context: string;
  readonly sort?: ClusterOrder;
  readonly reverse?: boolean;
  readonly find: string;
};

const EXIT_UNKNOWN = 1;

export function clustersCommand(): Command {
  return exitOnUsageError(new Command("clusters"))
    .description(
      "list the clusters, what each has served and what its page adds; or show one's page beside others",
    )
    .addArgument(new Argument("[id]", "a cluster: its page beside its parent's and the generic one"))
    .option("--json", "print an array of objects; for one cluster an object")
    .option("--all", "list the inner nodes of the tree too; their pages are the fallback for missing ones")
    .addOption(
      new Option(
        "--sort <order>",
        "what comes first: the most, or the oldest page; default: by the tree",
      ).choices(CLUSTER_ORDERS),
    )
    .option("--reverse", "the other way round")
    .option("--find <words>", "only clusters whose id and definition have each of the words", "")
    .addOption(
      new Option("--context <context>", "of which page the age and content are meant")
        .choices(PAGE_CONTEXTS)
        .default(PAGE_CONTEXTS[0]),
    )
    .option(
      "--splits",
      "list why each inner node was split instead: signal, gain, and its distance from chance",
    )
    .addHelpText("after", HELP)
    .action(async (id: string | undefined, options: Options) => {
      process.exitCode = await run(id, options);
    });
}

const HELP = `
Gain: the share by which the cluster's page is nearer to what its members would get individually than its parent's page, and than the generic one.
Traffic: pages of the last 60 minutes and 24 hours, as far as isolates have reported them. The origin may be running or stopped.

Exit codes: 0; 1 there is no such cluster; 2 wrong use.`;

async function run(id: string | undefined, options: Options): Promise<number> {
  const { databasePath, dataDirectory } = loadStorePaths(readEnvironment());
  const database = openDatabase(databasePath);
  try {
    if (options.splits === true) {
      const all = splits(database).toSorted((a, b) => b.gainShare - a.gainShare);
      print(options, all, () => splitsTable(all));
      return 0;
    }
    const nowMs = Date.now();
    const traffic = await readTraffic(join(dataDirectory, SERVING_LOG_FILE), nowMs);
    const list = listClusters(database, options.context, traffic, nowMs);
    if (list.clusters.length === 0)
      console.error("There are no clusters yet. To build them: pnpm spillway publish");
    if (id === undefined) {
      const shown = { ...list, clusters: chosen(list, options) };
      print(options, shown.clusters, () => clustersTable(shown));
      return 0;
    }
    const shown = showCluster(database, list, id);
    if (shown === undefined) {
      console.error(`There is no cluster ${id}. To find one: pnpm spillway clusters --all --find <words>`);
      return EXIT_UNKNOWN;
    }
    print(options, shown, () => clusterText(shown));
    return 0;
  } finally {
    database.close();
  }
}

function print({ json }: Options, value: unknown, text: () => string): void {
  console.log(json === true ? JSON.stringify(value, undefined, 2) : text());
}

function chosen({ clusters }: ClusterList, { all, find, sort, reverse }: Options): ClusterList["clusters"] {
  const found = findClusters(
    clusters.filter(({ leaf }) => leaf || all === true),
    find,
  );
  if (sort !== undefined) return sortClusters(found, sort, reverse);
  return reverse === true ? found.toReversed() : found;
}

/** Before the first report there is no log. */
async function readTraffic(path: string, nowMs: number): Promise<ClusterTraffic> {
  let log: ReturnType<typeof openServingLogFile>;
  try {
    log = openServingLogFile(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { hourFromMs: nowMs, dayFromMs: nowMs, sinceMs: undefined, byCluster: new Map() };
  }
  try {
    return await readClusterTraffic(log.sqlite, nowMs);
  } finally {
    log.close();
  }
}
