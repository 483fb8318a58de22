/** Reads a request's body as text or JSON, with a limit on its size and a check of its type. */
import type { Context } from "hono";
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";

export type BytesBody = { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> } | Refusal;
export type TextBody = { readonly kind: "text"; readonly text: string; readonly mediaType: string } | Refusal;
export type JsonBody = { readonly kind: "json"; readonly value: unknown } | Refusal;

/** The connection ended before the body did: the client went away, and nobody is there to be answered. */
export class ClientGoneError extends Error {
  override readonly name = "ClientGoneError";
}

/**
 * Reading stops as soon as the body exceeds `maxBytes`. What our edge has signed has been read already, and
 * is not read again. Throws {@link ClientGoneError}.
 */
export async function readBytes(c: Context, maxBytes: number): Promise<BytesBody> {
  const tooLarge = refused(413, "body", `must have at most ${maxBytes} bytes`);
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) return tooLarge;
  const signed = c.get("signedByEdge")?.body;
  if (signed !== undefined) return signed.byteLength > maxBytes ? tooLarge : { kind: "bytes", bytes: signed };
  const bytes = await readAtMost(c.req.raw.body, maxBytes);
  return bytes === undefined ? tooLarge : { kind: "bytes", bytes };
}

/** A request without a content type is accepted. Throws {@link ClientGoneError}. */
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
  const body = await readBytes(c, maxBytes);
  if (body.kind === "refused") return body;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body.bytes);
    return { kind: "text", text, mediaType: mediaType.trim() };
  } catch {
    return refused(400, "body", "is not UTF-8");
  }
}

/** Returns undefined for a longer body. */
async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.byteLength;
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new ClientGoneError(reasonOf(error), { cause: error });
  }
  return Buffer.concat(chunks);
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
