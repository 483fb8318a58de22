/**
 * List prices, in one place: what Cloudflare asks a month for what Spillway uses, and what an instance of an
 * origin costs an hour.
 */
import * as z from "zod/mini";
import { writtenReason } from "@spillway/shared/protocol/plain-issue.ts";
import { placedIssues } from "@spillway/shared/routing/file/placed-issues.ts";
import { RoutingText, type RoutingIssue } from "@spillway/shared/routing/file/read-file.ts";

/**
 * As they were known then, partly from texts about these pages: look there before a decision hangs on them.
 */
export const PRICES_OF = "2026-11-28";
export const PRICE_PAGES = [
  "developers.cloudflare.com/workers/platform/pricing",
  "developers.cloudflare.com/kv/platform/pricing",
  "developers.cloudflare.com/queues/platform/pricing",
  "developers.cloudflare.com/durable-objects/platform/pricing",
  "aws.amazon.com/ec2/pricing/on-demand (m7g.large, us-east-1)",
] as const;

const amount = z.number().check(z.gte(0));
/** What the plan includes a month, and US dollars for each million beyond it (of storage: for each GB). */
const price = z.strictObject({ included: amount, usd: amount });

const pricesSchema = z.strictObject({
  /** US dollars a month for the plan itself. */
  plan: amount,
  requests: price,
  cpuMs: price,
  kvReads: price,
  /** Writes and deletes of keys. */
  kvWrites: price,
  kvGigabytes: price,
  queueOperations: price,
  watchRequests: price,
  /** Of a Durable Object, in GB-seconds: it has 128 MB. */
  watchGigabyteSeconds: price,
  /** US dollars an hour for one instance of the origin. */
  instanceHour: amount,
});

export type Prices = z.infer<typeof pricesSchema>;

export const LIST_PRICES: Prices = {
  plan: 5,
  requests: { included: 10e6, usd: 0.3 },
  cpuMs: { included: 30e6, usd: 0.02 },
  kvReads: { included: 10e6, usd: 0.5 },
  kvWrites: { included: 1e6, usd: 5 },
  kvGigabytes: { included: 1, usd: 0.5 },
  queueOperations: { included: 1e6, usd: 0.4 },
  watchRequests: { included: 1e6, usd: 0.15 },
  watchGigabyteSeconds: { included: 400_000, usd: 12.5 },
  instanceHour: 0.0816,
};

const ownSchema = z.partial(pricesSchema);

export type PricesResult =
  | { readonly ok: true; readonly prices: Prices }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

/** The list prices with those of a file, which is JSON, in their place. */
export function withOwnPrices(text: string): PricesResult {
  const file = new RoutingText(text, "json");
  if (file.syntaxIssues.length > 0) return { ok: false, issues: file.syntaxIssues };
  const own = ownSchema.safeParse(file.value, { error: writtenReason });
  if (!own.success) return { ok: false, issues: placedIssues(file, own.error.issues) };
  return { ok: true, prices: pricesSchema.parse({ ...LIST_PRICES, ...own.data }) };
}
