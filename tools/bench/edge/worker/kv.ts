/** KV in memory, as workerd's KV binding speaks to it: `GET /<key>?urlencoded=true`, metadata in a header. */

type Entry = { readonly value: ArrayBuffer; readonly metadata: string | null };

const METADATA = "CF-KV-Metadata";
const entries = new Map<string, Entry>();

export default {
  async fetch(request: Request): Promise<Response> {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (request.method === "PUT") {
      entries.set(key, { value: await request.arrayBuffer(), metadata: request.headers.get(METADATA) });
      return new Response(null, { status: 204 });
    }
    const entry = entries.get(key);
    if (entry === undefined) return new Response("Not Found", { status: 404 });
    return new Response(entry.value, {
      headers: entry.metadata === null ? {} : { [METADATA]: entry.metadata },
    });
  },
};
