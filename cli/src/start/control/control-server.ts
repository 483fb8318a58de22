/** Puts together what `start` offers the demo's pages and `spillway spike`, on a port of loopback. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { REPOSITORY, type Config } from "@spillway/origin/config.ts";
import { isDemo } from "@spillway/store/catalogue/demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { writeControlFile } from "../../spike/control-client.ts";
import type { ControlAddress } from "../../spike/control-client.ts";
import { createControlApp } from "./control-app.ts";
import type { DemoOrigin } from "./demo-origin.ts";
import { createSpikes, type SpikeChild } from "./spikes.ts";

export type ControlServer = ControlAddress & {
  readonly stop: () => Promise<void>;
};

const STARTING = "Spillway is still starting";
const NOT_THE_DEMO = "the data here is not the demo's alone, and a spike is played on nothing else";
/** Pages ask each second. */
const LOOK_AGAIN_MS = 3000;
const CHECK_EVERY_MS = 1000;
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"];

export async function startControl(config: Config, origin: DemoOrigin): Promise<ControlServer> {
  const token = randomBytes(24).toString("base64url");
  const spikes = createSpikes({ nowMs: Date.now, origin, spawn: spawnSpike });
  const app = createControlApp({
    token,
    pages: LOCAL_NAMES.flatMap((name) => [
      `http://${name}:${config.edgePort}`,
      `http://${name}:${config.port}`,
    ]),
    addresses: {
      edgeUrl: `http://127.0.0.1:${config.edgePort}`,
      originUrl: `http://127.0.0.1:${config.port}`,
    },
    refusal: createRefusal(config.databasePath, origin),
    origin,
    spikes,
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const checking = setInterval(spikes.check, CHECK_EVERY_MS);
  const address = { url: `http://127.0.0.1:${port}`, token };
  const removeFile = writeControlFile(config.dataDirectory, address);
  return {
    ...address,
    stop: async () => {
      clearInterval(checking);
      removeFile();
      await spikes.stop();
      server.close();
    },
  };
}

/** It may end to be the demo while `start` runs: an import replaces it. */
function createRefusal(
  databasePath: string,
  { hasBeenUp }: Pick<DemoOrigin, "hasBeenUp">,
): () => string | undefined {
  let [isTheDemo, lookedMs] = [false, Number.NEGATIVE_INFINITY];
  return () => {
    if (!hasBeenUp()) return STARTING;
    if (Date.now() - lookedMs > LOOK_AGAIN_MS) {
      const database = openDatabase(databasePath, { readonly: true });
      try {
        [isTheDemo, lookedMs] = [isDemo(database), Date.now()];
      } finally {
        database.close();
      }
    }
    return isTheDemo ? undefined : NOT_THE_DEMO;
  };
}

function spawnSpike(): SpikeChild {
  return startProcess({
    args: ["--disable-warning=ExperimentalWarning", join(REPOSITORY, "cli/src/main.ts"), "spike", "--json"],
    directory: REPOSITORY,
    endsWithParent: true,
  });
}
