/**
 * Publishes single documents (routing, editorial) at once, and retries until KV holds the newest version of
 * each.
 */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { issuesLine, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { KvNamespace } from "./kv-namespace.ts";

export type PublishOutcome =
  | { readonly published: true }
  | { readonly published: false; readonly reason: string };

export type DocumentPublisher = {
  /**
   * Resolves with the outcome of the first attempt. A failed write is repeated in the background until it
   * succeeds.
   */
  readonly publish: (key: string, json: string) => Promise<PublishOutcome>;
  /** What KV holds now. It rejects while KV is away. */
  readonly read: (key: string) => Promise<string | undefined>;
  readonly stop: () => void;
};

export type DocumentPublisherDeps = {
  readonly kv: KvNamespace;
  readonly retryMs: number;
  /** What is wrong with a document. One that serving could not rely on is not published. */
  readonly check: (key: string, json: string) => readonly Issue[];
  readonly onRefused: (key: string, reason: string) => void;
};

export function createDocumentPublisher(deps: DocumentPublisherDeps): DocumentPublisher {
  const newest = new Map<string, string>();
  const failed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  // Each key has one write at a time, so that an older document never overwrites a newer one.
  const queues = new Map<string, Promise<PublishOutcome>>();

  const attempt = async (key: string, json: string): Promise<PublishOutcome> => {
    if (newest.get(key) !== json)
      return { published: false, reason: "a newer version has come, and is published instead" };
    try {
      // KV is read each time, since it may have lost the value, or somebody else may have changed it.
      if ((await deps.kv.get(key)) !== json) await deps.kv.putMany([{ key, value: json }]);
    } catch (error) {
      failed.add(key);
      if (!stopped) timer ??= setTimeout(retry, deps.retryMs);
      return { published: false, reason: reasonOf(error) };
    }
    failed.delete(key);
    return { published: true };
  };
  const enqueue = (key: string, json: string): Promise<PublishOutcome> => {
    const queue = (queues.get(key) ?? Promise.resolve()).then(() => attempt(key, json));
    queues.set(key, queue);
    return queue;
  };
  const retry = (): void => {
    timer = undefined;
    for (const key of failed) void enqueue(key, newest.get(key) ?? "");
  };
  return {
    publish: (key, json) => {
      const issues = deps.check(key, json);
      if (issues.length > 0) {
        const reason = `is not published, since no edge would take it: ${issuesLine(issues)}`;
        deps.onRefused(key, reason);
        return Promise.resolve({ published: false, reason: `${key} ${reason}` });
      }
      newest.set(key, json);
      return enqueue(key, json);
    },
    read: (key) => deps.kv.get(key),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
