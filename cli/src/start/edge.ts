/** Starts the edge for `start`: `wrangler dev` with short cycles, reachable from this machine only. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, type Config, type Environment } from "@spillway/origin/config.ts";
import type { ControlAddress } from "../spike/control-client.ts";
import { startChild, type Child } from "./child.ts";
import { formatVariables } from "./variables-file.ts";

/**
 * The variables of our environment that are passed on to the edge, which names misspelt ones of users'
 * tokens.
 */
const EDGE_VARIABLES =
  /^(USERS?_?TOKENS?(_\w+)?|ALLOWED_ORIGINS|CROSS_SITE_COOKIES|TRUST_COUNTRY_PARAMETER|OWN_HOSTS|RETURN_HOSTS)$/i;

export function startEdge(config: Config, environment: Environment, control: ControlAddress): Child {
  const variables = {
    // Nobody's rights are at stake here, and the platform's emulation is always in one country.
    TRUST_COUNTRY_PARAMETER: "true",
    ...passedToEdge(environment),
    // The edge too listens on loopback.
    ALLOWED_HOSTS: ["localhost", "127.0.0.1", "::1", ...config.allowedHosts].join(" "),
    ORIGIN_URL: `http://127.0.0.1:${config.port}`,
    EDGE_TOKEN: config.edgeTokens[0],
    ...(config.edgeTokens[1] !== undefined && { EDGE_TOKEN_PREVIOUS: config.edgeTokens[1] }),
    ...(config.hasUserHashKey && { USER_HASH_KEY: config.userHashKey }),
    // Cycles are short so that a change shows at once. The values for production are in edge/src/env.ts.
    READ_CYCLE_MS: "1000",
    // For the storefront's panel.
    COMPARE_PAGES: "true",
    SERVING_LOG_FLUSH_MS: "1000",
    RETRY_BASE_S: "1",
    // For the buttons of the demo's pages, which edge/src/demo/worker.ts passes on.
    DEMO_CONTROL_URL: control.url,
    DEMO_CONTROL_TOKEN: control.token,
  };
  // Secrets go into a file, because every user of the machine can read the arguments of a process.
  const variablesPath = join(config.dataDirectory, "edge.vars");
  writeFileSync(variablesPath, formatVariables(variables), { mode: 0o600 });
  // Earlier releases let wrangler store traces.
  rmSync(join(config.dataDirectory, "edge/v3/observability"), { recursive: true, force: true });
  return startChild(
    "edge",
    join(REPOSITORY, "node_modules/.bin/wrangler"),
    [
      "dev",
      join(REPOSITORY, "edge/src/demo/worker.ts"),
      "--config",
      join(REPOSITORY, "wrangler.toml"),
      "--port",
      String(config.edgePort),
      "--ip",
      "127.0.0.1",
      "--persist-to",
      join(config.dataDirectory, "edge"),
      "--show-interactive-dev-session=false",
      "--log-level",
      "warn",
      "--env-file",
      variablesPath,
    ],
    // Wrangler must not send usage statistics, nor fetch a sample of Cloudflare's request properties, nor
    // store traces: they hold the addresses of requests, and so the ids of users.
    {
      X_LOCAL_OBSERVABILITY: "false",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_LOG_PATH: join(config.dataDirectory, "edge-logs"),
    },
    isOfLostClient,
  );
}

/**
 * The development server reports each client that goes away in the middle of a request as an error of its
 * own. The worker counts them (`client-gone` in its `/health`).
 */
export function isOfLostClient(line: string): boolean {
  return line.includes("Error inside ProxyWorker") && line.includes("Network connection lost");
}

function passedToEdge(environment: Environment): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (EDGE_VARIABLES.test(name) && value !== undefined) passed[name] = value;
  }
  return passed;
}
