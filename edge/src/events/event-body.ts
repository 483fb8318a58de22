/** Reads the body of `POST /events`, bounded in size and strict about what it is. */
import { MAX_EVENT_BODY_BYTES } from "@spillway/shared/protocol/events.ts";
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { readAtMost } from "../read-at-most.ts";

export type EventBody =
  | { readonly kind: "json"; readonly value: unknown }
  /** The connection ended before the body did: nobody is there to be answered. */
  | { readonly kind: "gone" }
  | Refusal;

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
  const tooLarge = refused(413, "body", `must have at most ${MAX_EVENT_BODY_BYTES} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_EVENT_BODY_BYTES) return tooLarge;
  // Content-Length may be wrong.
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readAtMost(request.body, MAX_EVENT_BODY_BYTES);
  } catch {
    return { kind: "gone" };
  }
  if (bytes === undefined) return tooLarge;
  try {
    return { kind: "json", value: JSON.parse(UTF_8.decode(bytes)) };
  } catch (error) {
    return refused(400, "body", `is not JSON: ${reasonOf(error)}`);
  }
}
