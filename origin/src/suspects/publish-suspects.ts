/** Publishes the stored list of suspects to KV. The edge uses it within ten of its read cycles. */
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import type { Config } from "../config.ts";
import { cloudflareRestKv, KV_DEADLINE_MS } from "../kv/cloudflare-rest.ts";
import { KvError } from "../kv/kv-namespace.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";

/** Throws a KvError when the list is not sound or the write to KV fails. */
export async function publishSuspects(
  suspects: OperatorStore["suspects"],
  { kv }: Pick<Config, "kv">,
): Promise<void> {
  const document = packSuspects(Math.max(1, await suspects.version()), await suspects.list());
  const value = JSON.stringify(document);
  const issues = publishedIssues(KV_KEY.suspects, value);
  if (issues.length > 0) throw new KvError(`the list of suspects is not published: ${issuesLine(issues)}`);
  const namespace = cloudflareRestKv({ ...kv, deadlineMs: KV_DEADLINE_MS });
  await namespace.putMany([{ key: KV_KEY.suspects, value }]);
}
