/** The edge as `start` runs it: `wrangler dev` with short cycles, on this machine alone. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, type Config, type Environment } from "@spillway/origin/config.ts";
import { startChild, type Child } from "./child.ts";
import { formatVariables } from "./variables-file.ts";

/** Of this environment, what the edge is to have too. */
const EDGE_VARIABLES = /^(USER_TOKEN_\w+|ALLOWED_ORIGINS)$/;

export function startEdge(config: Config, environment: Environment): Child {
  const variables = {
    ...givenToEdge(environment),
    ORIGIN_URL: `http://127.0.0.1:${config.port}`,
    EDGE_TOKEN: config.edgeToken,
    // Short cycles, so that a change shows at once; production's are in edge/src/env.ts.
    READ_CYCLE_MS: "1000",
    SERVING_LOG_FLUSH_MS: "1000",
    RETRY_BASE_S: "1",
  };
  // In a file, since arguments can be read by everybody on the machine.
  const variablesPath = join(config.dataDirectory, "edge.vars");
  writeFileSync(variablesPath, formatVariables(variables), { mode: 0o600 });
  return startChild(
    "edge",
    join(REPOSITORY, "node_modules/.bin/wrangler"),
    [
      "dev",
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
    // No call home: usage statistics, and the sample of what Cloudflare tells of a request.
    {
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_LOG_PATH: join(config.dataDirectory, "edge-logs"),
    },
  );
}

function givenToEdge(environment: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (EDGE_VARIABLES.test(name) && value !== undefined) given[name] = value;
  }
  return given;
}
