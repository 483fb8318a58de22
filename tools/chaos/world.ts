/** Everything that may be killed or fail, up and running, what can be done to it, and the viewers. */
import { createRandom, type Random } from "@spillway/demo/random.ts";
import type { RestartableProcess } from "@spillway/kit/processes/restartable-process.ts";
import { drawAddresses } from "./addresses.ts";
import type { Faults } from "./broker/main.ts";
import { startOriginProxy, type OriginProxy } from "./origin-proxy.ts";
import { watchPipelines } from "./pipelines.ts";
import { databasePath, prepareServices, type ServiceSettings } from "./services.ts";
import { createViewers, type Viewers } from "./viewers.ts";
import { watchStore, type WatchedStore } from "./watched-store.ts";

export type World = {
  readonly random: Random;
  readonly origin: RestartableProcess;
  readonly edge: RestartableProcess;
  /** `kill -9`; false while there is none: the origin starts it again after two seconds. */
  readonly killPipeline: () => boolean;
  readonly proxy: OriginProxy;
  readonly store: WatchedStore;
  readonly viewers: Viewers;
  readonly setFaults: (faults: Partial<Faults>) => Promise<void>;
  readonly sendToQueue: (queue: string, body: unknown) => Promise<void>;
  /** JSON of each dead letter that must be kept: a bad event by itself, or a message that is no batch. */
  readonly poison: Set<string>;
  /** Messages that the broker holds. */
  readonly waiting: () => Promise<number>;
  readonly stepEdgeClock: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startWorld(settings: ServiceSettings): Promise<World> {
  const addresses = await drawAddresses();
  const { portOf, urlOf } = addresses;
  const services = await prepareServices(settings, addresses);
  const pipelines = watchPipelines(services.origin);
  const store = watchStore(databasePath(settings.directory));
  const proxy = startOriginProxy(portOf("proxy"), portOf("origin"));
  const stop = async (): Promise<void> => {
    proxy.close();
    // The pipeline would end its cycle first, and write into a folder that is being deleted.
    await pipelines.origin.kill();
    pipelines.kill();
    await Promise.all(Object.values(services).map((service) => service.kill()));
  };
  try {
    await Promise.all(Object.values(services).map((service) => service.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    random: createRandom(settings.seed, "faults"),
    origin: pipelines.origin,
    edge: services.edge,
    killPipeline: pipelines.kill,
    proxy,
    store,
    viewers: createViewers(urlOf("edge"), createRandom(settings.seed, "viewers")),
    setFaults: (faults) => send("PUT", `${urlOf("broker")}/faults`, JSON.stringify(faults)),
    sendToQueue: (queue, body) => send("POST", `${urlOf("broker")}/message`, JSON.stringify(body), { queue }),
    poison: new Set(),
    waiting: async () => Number(await (await fetch(`${urlOf("broker")}/waiting`)).text()),
    stepEdgeClock: (ms) => send("PUT", `${urlOf("edge")}/clock`, String(ms)),
    stop,
  };
}

async function send(
  method: string,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const response = await fetch(url, { method, body, headers });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
