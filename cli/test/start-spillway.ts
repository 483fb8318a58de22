/** Starts Spillway with `start`, on free ports and in a temporary folder, and stops it cleanly. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { run, type Ran } from "@spillway/kit/processes/run.ts";
import { untilReady } from "@spillway/kit/processes/until-ready.ts";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const TOKENS = {
  EDGE_TOKEN: "test-edge-token-0123456789",
  ADMIN_TOKEN: "test-admin-token-0123456789",
};

export type Spillway = {
  readonly edgeUrl: string;
  readonly originUrl: string;
  readonly dataDirectory: string;
  /** Commands need these variables to work on this Spillway. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly stop: () => Promise<number | string>;
  /** Runs `spillway` with these arguments. */
  readonly command: (...args: readonly string[]) => Promise<Ran>;
  /** Calls the origin with the admin token. */
  readonly admin: (method: string, path: string, body: unknown) => Promise<Response>;
};

const READY_WITHIN_MS = 600_000;
/** The grace is long, because `start` first stops its own children one after the other. */
const GRACE_MS = 30_000;

export async function startSpillway(options: Readonly<Record<string, string>> = {}): Promise<Spillway> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "spillway-e2e-"));
  const [edgePort, originPort] = [await freePort(), await freePort()];
  const environment = {
    EDGE_PORT: String(edgePort),
    ORIGIN_PORT: String(originPort),
    SPILLWAY_DATA: dataDirectory,
    ...TOKENS,
    ...options,
  };
  const started = startProcess({
    args: [join(REPOSITORY, "cli/src/start/start.ts")],
    environment,
    directory: REPOSITORY,
    outputCharacters: Infinity,
    graceMs: GRACE_MS,
  });
  const { output } = started;
  const originUrl = `http://127.0.0.1:${originPort}`;
  try {
    await untilReady("Spillway", started, () => output().includes("Spillway is up."), {
      withinMs: READY_WITHIN_MS,
    });
  } catch (error) {
    await started.stop();
    throw error;
  }
  return {
    edgeUrl: `http://127.0.0.1:${edgePort}`,
    originUrl,
    dataDirectory,
    environment,
    output,
    stop: async () => {
      await started.stop();
      rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
      return started.ended;
    },
    command: (...args) => run({ args: [join(REPOSITORY, "cli/src/main.ts"), ...args], environment }),
    admin: (method, path, body) =>
      fetch(`${originUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKENS.ADMIN_TOKEN}`,
          "content-type": typeof body === "string" ? "application/toml" : "application/json",
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}

/** Asks until the answer is right. After `withinMs` it throws an error with the last answer. */
export async function eventually<Value>(
  withinMs: number,
  ask: () => Promise<Value>,
  right: (value: Value) => boolean,
): Promise<Value> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (right(value)) return value;
    if (Date.now() > untilMs)
      throw new Error(`not within ${withinMs} ms; the last answer: ${JSON.stringify(value)?.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
