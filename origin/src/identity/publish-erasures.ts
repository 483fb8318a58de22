/** Publishes to KV whose viewer states are void. The edge takes none of them within its read cycle. */
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import type { Database } from "@spillway/store/database.ts";
import { erasuresDocument } from "@spillway/store/events/viewer-erasures.ts";
import type { Config } from "../config.ts";
import { cloudflareRestKv, KV_DEADLINE_MS } from "../kv/cloudflare-rest.ts";
import { KvError } from "../kv/kv-namespace.ts";

/** For a process beside the origin. Throws a KvError when the write to KV fails. */
export async function publishErasures(
  database: Database,
  { kv }: Pick<Config, "kv">,
  nowMs: number,
): Promise<void> {
  const document = erasuresDocument(database, nowMs);
  if (document === undefined) return;
  const value = JSON.stringify(document);
  const issues = publishedIssues(KV_KEY.erasures, value);
  if (issues.length > 0) throw new KvError(`the erasure is not published: ${issuesLine(issues)}`);
  await cloudflareRestKv({ ...kv, deadlineMs: KV_DEADLINE_MS }).putMany([{ key: KV_KEY.erasures, value }]);
}
