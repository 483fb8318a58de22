/** Starts the whole of Spillway as a user does, on free ports and in a folder of its own, and stops it clean. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@spillway/kit/processes/free-port.ts";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const TOKENS = {
  EDGE_TOKEN: "test-edge-token-0123456789",
  ADMIN_TOKEN: "test-admin-token-0123456789",
};

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

export type Spillway = {
  readonly edgeUrl: string;
  readonly originUrl: string;
  readonly dataDirectory: string;
  /** For commands that are to meet this Spillway. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything it printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<number | null>;
  /** `spillway …`. */
  readonly command: (...args: readonly string[]) => Promise<Ran>;
  /** With the admin token. */
  readonly admin: (method: string, path: string, body: unknown) => Promise<Response>;
};

const READY_WITHIN_MS = 90_000;

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
  const child = spawn(process.execPath, [join(REPOSITORY, "cli/src/start/start.ts")], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const originUrl = `http://127.0.0.1:${originPort}`;
  await ready(child, () => output);
  return {
    edgeUrl: `http://127.0.0.1:${edgePort}`,
    originUrl,
    dataDirectory,
    environment,
    output: () => output,
    stop: async () => {
      const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
      if (child.exitCode === null) child.kill("SIGINT");
      const code = child.exitCode ?? (await ended);
      rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
    command: (...args) => run(args, environment),
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

function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(process.execPath, [join(REPOSITORY, "cli/src/main.ts"), ...args], {
    env: { ...process.env, ...environment },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  const untilMs = Date.now() + READY_WITHIN_MS;
  while (!output().includes("Spillway is up.")) {
    if (child.exitCode !== null || Date.now() > untilMs) {
      child.kill("SIGKILL");
      throw new Error(`Spillway did not start:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks until the answer is right, or fails with the last one. */
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
