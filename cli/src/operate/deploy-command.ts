/**
 * `spillway deploy` creates what Cloudflare lacks, deploys the edge, publishes, and verifies that it serves.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { loadDeployment, readEnvironment, REPOSITORY, type Deployment } from "@spillway/origin/config.ts";
import { ensureNamespace, ensureQueues, findAccount } from "./deploy/account.ts";
import { bundleWorker, deployWorker } from "./deploy/deploy-worker.ts";
import { StepFailed } from "./deploy/step.ts";
import { verifyEdge } from "./deploy/verify-edge.ts";
import {
  deployedConfig,
  pagesNamespaceOf,
  publicUrl,
  queuesOf,
  readWorkerConfig,
  type WorkerConfig,
} from "./deploy/worker-config.ts";
import { wranglerIn } from "./deploy/wrangler.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = {
  readonly originUrl?: string;
  readonly edgeUrl?: string;
  readonly wait: number;
  readonly dryRun: boolean;
};

const EXIT_FAILED = 1;
const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4/accounts";

export function deployCommand(): Command {
  const command = exitOnUsageError(new Command("deploy"))
    .description("deploy the edge to Cloudflare: create what is missing, upload, publish, and verify")
    .option(
      "--origin-url <url>",
      "where the edge reaches the origin (default: ORIGIN_URL in wrangler.toml)",
      url,
    )
    .option("--edge-url <url>", "where the edge answers (default: the address that wrangler prints)", url)
    .option("--wait <seconds>", "how long to wait until the edge has an index", seconds, 300)
    .option("--dry-run", "print the plan and bundle the worker; change nothing", false)
    .addHelpText(
      "after",
      "\nwrangler.toml names what is deployed and is not changed. EDGE_TOKEN becomes the worker's secret, and\nso do EDGE_TOKEN_PREVIOUS and USER_HASH_KEY; without them EDGE_TOKEN stands in for both. With KV_API_TOKEN and the\n" +
        "origin's data on this machine, pages are published from here. You can run it again: what exists is not created again.\n" +
        `Exit codes: 0 deployed and serving, or the dry run is complete; ${EXIT_FAILED} a step failed; ${EXIT_USAGE} wrong use.`,
    )
    .action(async (options: Options) => {
      const worker = readWorkerConfig(REPOSITORY);
      const originUrl = publicUrl(options.originUrl ?? worker.vars.ORIGIN_URL);
      if (originUrl === undefined) {
        return command.error(
          "error: the edge needs the origin's public address: --origin-url https://origin.example.com",
        );
      }
      const deployment = loadDeployment(readEnvironment());
      process.exitCode = await run(steps(worker, originUrl, deployment, options), options.dryRun);
    });
  return command;
}

function url(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new InvalidArgumentError("It must be an http or https address.");
  return text.replace(/\/+$/, "");
}

function seconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It must be a number of seconds.");
  return Number(text);
}

type Step = {
  readonly name: string;
  /** What the step would do, as lines that a dry run prints. */
  readonly plan: readonly string[];
  readonly act: () => Promise<void>;
  /** What a dry run does instead of `act`. */
  readonly rehearse?: () => Promise<void>;
};

/** Prints each step as it begins, and stops at the first failure. Resolves with the exit code. */
async function run(all: readonly Step[], dryRun: boolean): Promise<number> {
  for (const [at, { name, plan, act, rehearse }] of all.entries()) {
    console.log(`${at + 1}/${all.length} ${name}`);
    if (dryRun) for (const line of plan) console.log(`  would ${line}`);
    try {
      await (dryRun ? rehearse?.() : act());
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      console.error(`\nStep "${name}" failed: ${error.message}\n${error.hint}`);
      console.error("Then run the same command again. Steps that are done are not repeated.");
      return EXIT_FAILED;
    }
  }
  console.log(dryRun ? "\nThis was a dry run; nothing was changed." : "\nThe edge is deployed and serves.");
  return 0;
}

function steps(worker: WorkerConfig, originUrl: string, deployment: Deployment, options: Options): Step[] {
  const wrangler = wranglerIn(REPOSITORY);
  const namespace = pagesNamespaceOf(worker);
  const queues = queuesOf(worker);
  const publishesHere = deployment.kvApiToken !== undefined && existsSync(deployment.databasePath);
  // Each step leaves here what the next ones need.
  let [accountId, namespaceId, edgeUrl] = ["", "", options.edgeUrl];
  const kvApiBase = () => deployment.kvApiBase ?? `${CLOUDFLARE_API}/${accountId}`;
  return [
    {
      name: "account",
      plan: ["run wrangler whoami --json"],
      act: async () => {
        accountId = await findAccount(wrangler, deployment.accountId);
      },
    },
    {
      name: "namespace",
      plan: [
        namespace.id === undefined
          ? `run wrangler kv namespace create ${namespace.title}, unless there is one`
          : `use the namespace ${namespace.id} of wrangler.toml`,
      ],
      act: async () => {
        namespaceId = await ensureNamespace(wrangler, namespace);
      },
    },
    {
      name: "queues",
      plan: queues.map((queue) => `run wrangler queues create ${queue}, unless there is one`),
      act: () => ensureQueues(wrangler, queues),
    },
    {
      name: "worker",
      plan: [
        `run wrangler deploy with ORIGIN_URL ${originUrl} and the secrets EDGE_TOKEN, EDGE_TOKEN_PREVIOUS and USER_HASH_KEY`,
      ],
      rehearse: () =>
        bundleWorker(wrangler, deployedConfig(worker, REPOSITORY, { namespaceId: namespace.id, originUrl })),
      act: async () => {
        const config = deployedConfig(worker, REPOSITORY, { namespaceId, originUrl });
        const target = await deployWorker(wrangler, config, secretsOf(deployment));
        edgeUrl ??= target;
        console.log(`  deployed: ${edgeUrl ?? "wrangler printed no address"}`);
      },
    },
    {
      name: "publish",
      plan: [
        publishesHere
          ? "run spillway publish"
          : "print the variables that the origin needs; its next cycle publishes",
      ],
      act: () => publish(publishesHere, { KV_API_BASE: kvApiBase(), KV_NAMESPACE_ID: namespaceId }),
    },
    {
      name: "verify",
      plan: ["request /health and a homepage from the edge"],
      act: async () => {
        if (edgeUrl === undefined)
          throw new StepFailed("the edge's address is unknown", "Name it: --edge-url https://…");
        await verifyEdge(edgeUrl, options.wait * 1000);
      },
    },
  ];
}

/**
 * A deployment leaves secrets that it does not name as they are. So a previous token that holds no longer is
 * overwritten, and so is a key for hashes that is not the origin's.
 */
function secretsOf({ edgeTokens, userHashKey }: Deployment): Record<string, string> {
  const [current, previous = current] = edgeTokens;
  return {
    EDGE_TOKEN: current,
    EDGE_TOKEN_PREVIOUS: previous,
    USER_HASH_KEY: userHashKey ?? current,
  };
}

async function publish(here: boolean, variables: Readonly<Record<string, string>>): Promise<void> {
  console.log("  Besides EDGE_TOKEN, USER_HASH_KEY, ADMIN_TOKEN and KV_API_TOKEN, the origin needs:");
  for (const [name, value] of Object.entries(variables)) console.log(`    ${name}=${value}`);
  if (!here) {
    console.log(
      "  The origin's next refresh cycle publishes. This machine cannot: KV_API_TOKEN or the origin's data is missing.",
    );
    return;
  }
  console.log("  $ spillway publish");
  const args = [join(REPOSITORY, "cli/src/main.ts"), "publish", "--wait"];
  const code = await startProcess({ args, environment: variables, onLine: console.log }).ended;
  if (code !== 0) {
    throw new StepFailed(
      `spillway publish ended with ${code}`,
      "The pages are built and stored; the edge serves what KV has.",
    );
  }
}
