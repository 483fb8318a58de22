/** Reads the body of `POST /events`, bounded in size and strict about what it is. */
import { MAX_EVENT_BODY_BYTES } from "@spillway/shared/protocol/events.ts";
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";

export type EventBody = { readonly kind: "json"; readonly value: unknown } | Refusal;

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
/** `text/plain` is what `navigator.sendBeacon` can send without a preflight. */
const MEDIA_TYPES = ["application/json", "text/plain"];

export async function readEventBody(request: Request): Promise<EventBody> {
  const [mediaType = ""] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  if (mediaType !== "" && !MEDIA_TYPES.includes(mediaType.trim())) {
    return refused(415, "content-type", `must be ${MEDIA_TYPES.join(" or ")}`);
  }
  if (!["", "identity"].includes(request.headers.get("content-encoding")?.toLowerCase() ?? "")) {
    return refused(415, "content-encoding", "must be absent: the body is taken uncompressed");
  }
  const bytes = await readAtMost(request, MAX_EVENT_BODY_BYTES);
  if (bytes === undefined) return refused(413, "body", `must have at most ${MAX_EVENT_BODY_BYTES} bytes`);
  try {
    return { kind: "json", value: JSON.parse(UTF_8.decode(bytes)) };
  } catch (error) {
    return refused(400, "body", `is not JSON: ${reasonOf(error)}`);
  }
}

/** Undefined where the body is longer. Reading stops there, since Content-Length may be wrong. */
async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
