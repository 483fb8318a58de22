/**
 * Brings messages to the worker's `queue` handler, out of order, several batches at once, until each is
 * acknowledged.
 */
import type { Random } from "@spillway/demo/random.ts";
import type { MessageStore, StoredMessage } from "./message-store.ts";

/** What a worker's `queue` handler made of a batch, as workerd tells it. */
type Outcome = {
  readonly outcome: string;
  readonly retryBatch: { readonly retry: boolean };
  readonly explicitAcks: readonly string[];
  readonly retryMessages: readonly { readonly msgId: string; readonly delaySeconds?: number }[];
};

const MAX_BATCH = 10;
const BATCHES_AT_ONCE = 2;
const LOOK_EVERY_MS = 15;
/** Longer than the consumer's own deadline. */
const LEASE_MS = 20_000;
/** The wait after a consumer was gone, or threw. */
const AGAIN_AFTER_MS = 80;
/** A delay of one second is over after a tenth of it: the tests are in a hurry. */
const MS_PER_DELAY_S = 100;

export function startDelivery(
  store: MessageStore,
  queues: readonly string[],
  url: string,
  random: Random,
): void {
  for (const queue of queues) {
    let underWay = 0;
    setInterval(() => {
      if (underWay >= BATCHES_AT_ONCE) return;
      const batch = store.take(queue, 1 + random.int(MAX_BATCH), Date.now(), LEASE_MS);
      if (batch.length === 0) return;
      underWay += 1;
      void deliver(store, url, queue, batch).finally(() => (underWay -= 1));
    }, LOOK_EVERY_MS);
  }
}

async function deliver(
  store: MessageStore,
  url: string,
  queue: string,
  batch: readonly StoredMessage[],
): Promise<void> {
  const outcome = await hand(url, queue, batch);
  const acknowledged = new Set(outcome?.explicitAcks);
  const delays = new Map(
    outcome?.retryMessages.map(({ msgId, delaySeconds }) => [msgId, (delaySeconds ?? 0) * MS_PER_DELAY_S]),
  );
  // The platform's rule: what a handler that ended well said nothing about is acknowledged.
  const good = outcome?.outcome === "ok" && !outcome.retryBatch.retry;
  for (const { id } of batch) {
    const known = String(id);
    if (acknowledged.has(known) || (good && !delays.has(known))) store.remove(id);
    else store.putOff(id, Date.now() + (delays.get(known) ?? AGAIN_AFTER_MS));
  }
}

/** Undefined: nobody answered for the batch, whatever became of it. */
async function hand(
  url: string,
  queue: string,
  batch: readonly StoredMessage[],
): Promise<Outcome | undefined> {
  const messages = batch.map(({ id, body, attempts }) => ({
    id: String(id),
    body: JSON.parse(body) as unknown,
    attempts: attempts + 1,
  }));
  try {
    const response = await fetch(url, { method: "POST", body: JSON.stringify({ queue, messages }) });
    return response.ok ? ((await response.json()) as Outcome) : undefined;
  } catch {
    // The consumer was killed, perhaps after the commit: at least once means once more.
    return undefined;
  }
}
