/** Reads a request's body as text or JSON, with a limit on its size and a check of its type. */
import type { Context } from "hono";
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";

export type TextBody = { readonly kind: "text"; readonly text: string; readonly mediaType: string } | Refusal;
export type JsonBody = { readonly kind: "json"; readonly value: unknown } | Refusal;

/** A request without a content type is accepted. Reading stops as soon as the body exceeds `maxBytes`. */
export async function readText(
  c: Context,
  maxBytes: number,
  mediaTypes: readonly string[],
): Promise<TextBody> {
  const [mediaType = ""] = (c.req.header("content-type") ?? "").toLowerCase().split(";");
  if (mediaType !== "" && !mediaTypes.includes(mediaType.trim())) {
    return refused(415, "content-type", `must be ${mediaTypes.join(" or ")}`);
  }
  if (!["", "identity"].includes(c.req.header("content-encoding") ?? "")) {
    return refused(415, "content-encoding", "must be absent: the body is taken uncompressed");
  }
  const tooLarge = refused(413, "body", `must have at most ${maxBytes} bytes`);
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) return tooLarge;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return tooLarge;
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return { kind: "text", text, mediaType: mediaType.trim() };
  } catch {
    return refused(400, "body", "is not UTF-8");
  }
}

/** Accepts `text/plain` too, since `navigator.sendBeacon` can send it without a preflight request. */
export async function readJson(c: Context, maxBytes: number): Promise<JsonBody> {
  const body = await readText(c, maxBytes, ["application/json", "text/plain"]);
  if (body.kind === "refused") return body;
  try {
    return { kind: "json", value: JSON.parse(body.text) };
  } catch (error) {
    return refused(400, "body", `is not JSON: ${reasonOf(error)}`);
  }
}
