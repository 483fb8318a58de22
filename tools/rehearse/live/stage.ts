/** Sets up what a live rehearsal runs on: the origin's process, the isolates, and the KV between them. */
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { bundleWorker } from "@spillway/edge/build/bundle-worker.ts";
import type { Isolate } from "./isolates.ts";
import { openKvFanOut } from "./kv-fan-out.ts";
import { startOrigin, type Origin } from "./origin-process.ts";

export type Stage = { readonly origin: Origin; readonly isolates: readonly Isolate[] };

export type StageOptions = {
  readonly isolates: number;
  /** It holds in all bands, and is pushed before the isolates start, so that nothing has to be waited for. */
  readonly thresholdPerSec: number;
  /** Gets whatever has to be stopped, closed or removed. */
  readonly cleanup: AsyncDisposableStack;
  /** Aborted by the first part that fails, so that the others end too. */
  readonly controller: AbortController;
  readonly onProgress: (done: number, total: number) => void;
};

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
/** The state that the origin fills. */
const FIRST_STATE = "first";

/**
 * Rejects with what failed first, or with what `controller` was aborted for; `cleanup` is the caller's to
 * dispose of.
 */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { cleanup, controller, onProgress } = options;
  const { signal } = controller;
  // Here and not above: it loads wrangler, a second that nobody else who loads this package has to wait.
  const { kvNamespaceIdOf, readWorkerOptions, startIsolate } = await import("./isolates.ts");
  const directory = mkdtempSync(join(tmpdir(), "spillway-live-"));
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  const [edgeToken, adminToken] = [newToken(), newToken()];
  const port = await freePort();
  const worker = readWorkerOptions(REPOSITORY, directory);
  const steps = createSteps(options.isolates + 3, controller, onProgress);
  const fanOut = await openKvFanOut();
  cleanup.defer(fanOut.close);

  const origin = steps(
    startOrigin(
      {
        repository: REPOSITORY,
        dataDirectory: directory,
        port,
        edgeToken,
        adminToken,
        kvApiBase: fanOut.apiBase,
        kvNamespaceId: kvNamespaceIdOf(worker),
      },
      (child) => {
        cleanup.defer(child.stop);
        signal.addEventListener("abort", () => void child.stop());
      },
      signal,
    ),
  );
  const variables = { ORIGIN_URL: `http://127.0.0.1:${port}`, EDGE_TOKEN: edgeToken };
  const start = async (modulePath: string, state: string): Promise<Isolate> => {
    signal.throwIfAborted();
    const isolate = await startIsolate({ modulePath, worker, variables, directory: join(directory, state) });
    cleanup.defer(isolate.stop);
    return isolate;
  };
  const bundle = steps(bundleWorker(join(directory, "worker")));
  const first = steps(bundle.then((modulePath) => start(modulePath, FIRST_STATE)));
  void first.then(({ kvApiBase }) => fanOut.setTargets([kvApiBase])).catch(() => undefined);
  // All of them, so that nothing starts any more while the clean-up is under way.
  await Promise.allSettled([origin, first]);
  signal.throwIfAborted();

  await (await origin).pushThreshold(options.thresholdPerSec);
  // Writing hundreds of pages takes an instance a second or two; a copy of what the first one holds takes
  // none.
  await (await first).stop();
  const states = Array.from({ length: options.isolates }, (_, at) => `isolate-${at}`);
  for (const state of states) {
    cpSync(join(directory, FIRST_STATE), join(directory, state), { recursive: true });
  }
  const modulePath = await bundle;
  const starting = states.map((state) => steps(start(modulePath, state)));
  await Promise.allSettled(starting);
  signal.throwIfAborted();
  const isolates = await Promise.all(starting);
  fanOut.setTargets(isolates.map(({ kvApiBase }) => kvApiBase));
  return { origin: await origin, isolates };
}

/** Counts each part that is done; the first that fails aborts the whole. */
function createSteps(total: number, controller: AbortController, onProgress: StageOptions["onProgress"]) {
  let done = 0;
  return async <Part>(part: Promise<Part>): Promise<Part> => {
    try {
      const value = await part;
      onProgress((done += 1), total);
      return value;
    } catch (error) {
      controller.abort(error);
      throw error;
    }
  };
}

function newToken(): string {
  return randomBytes(24).toString("base64url");
}
