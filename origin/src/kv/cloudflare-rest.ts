/**
 * Accesses KV through Cloudflare's REST API (developers.cloudflare.com/api, "Write multiple key-value
 * pairs"). `wrangler dev` serves the same API, so that local and production use differ only by the base URL.
 */
import { fetchReasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { KvError, type KvNamespace, type KvPair } from "./kv-namespace.ts";

export type CloudflareRestOptions = {
  /** `https://…/client/v4/accounts/<account>`, or `http://127.0.0.1:8787/cdn-cgi/local/explorer/api`. */
  readonly apiBase: string;
  readonly namespaceId: string;
  /** API token with "Workers KV Storage: Edit"; the local API needs none. */
  readonly apiToken: string | undefined;
  readonly deadlineMs: number;
};

/** The deadline for one call, which writes at most 8 MB of pages, or one pack. */
export const KV_DEADLINE_MS = 30_000;

export function cloudflareRestKv(options: CloudflareRestOptions): KvNamespace {
  const address = `${options.apiBase}/storage/kv/namespaces/${encodeURIComponent(options.namespaceId)}`;
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    try {
      const response = await fetch(`${address}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(options.apiToken !== undefined && { authorization: `Bearer ${options.apiToken}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(options.deadlineMs),
      });
      return { status: response.status, ok: response.ok, text: await response.text() };
    } catch (error) {
      throw new KvError(`KV at ${address} cannot be reached: ${fetchReasonOf(error)}`, { cause: error });
    }
  };
  const refused = ({ status, text }: Reply): KvError =>
    new KvError(`KV at ${address} answered ${status}: ${text.slice(0, 300)}`);
  const change = async (method: string, path: string, body: unknown): Promise<void> => {
    const reply = await call(method, path, body);
    if (!reply.ok || !saysSuccess(reply.text)) throw refused(reply);
  };
  return {
    address,
    get: async (key) => {
      const reply = await call("GET", `/values/${encodeURIComponent(key)}`);
      if (reply.status === 404) return undefined;
      if (!reply.ok) throw refused(reply);
      return reply.text;
    },
    putMany: (pairs) => change("PUT", "/bulk", pairs.map(asJson)),
    deleteMany: (keys) => change("POST", "/bulk/delete", keys),
  };
}

/** The API decodes a value that is marked as base64; the local one does too (tried with wrangler 4.164.0). */
function asJson({ value, ...pair }: KvPair): object {
  return typeof value === "string"
    ? { ...pair, value }
    : {
        ...pair,
        value: Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64"),
        base64: true,
      };
}

type Reply = { readonly status: number; readonly ok: boolean; readonly text: string };

function saysSuccess(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "success" in body && body.success === true;
  } catch {
    return false;
  }
}
