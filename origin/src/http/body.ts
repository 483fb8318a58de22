/** Reads a request's body as text or JSON, bounded in size and strict about what it is. */
import type { Context } from "hono";

export type BodyProblem = { readonly ok: false; readonly status: 400 | 413 | 415; readonly message: string };
export type TextBody = { readonly ok: true; readonly text: string; readonly mediaType: string } | BodyProblem;
export type JsonBody = { readonly ok: true; readonly value: unknown } | BodyProblem;

/** A missing content type is taken for any of `mediaTypes`. Stops reading as soon as `maxBytes` are exceeded. */
export async function readText(
  c: Context,
  maxBytes: number,
  mediaTypes: readonly string[],
): Promise<TextBody> {
  const [mediaType = ""] = (c.req.header("content-type") ?? "").toLowerCase().split(";");
  if (mediaType !== "" && !mediaTypes.includes(mediaType.trim())) {
    return { ok: false, status: 415, message: `the content type must be ${mediaTypes.join(" or ")}` };
  }
  if (!["", "identity"].includes(c.req.header("content-encoding") ?? "")) {
    return { ok: false, status: 415, message: "the body must not be compressed" };
  }
  const tooLarge = {
    ok: false,
    status: 413,
    message: `the body must have at most ${maxBytes} bytes`,
  } as const;
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
    return { ok: true, text, mediaType: mediaType.trim() };
  } catch {
    return { ok: false, status: 400, message: "the body is not UTF-8" };
  }
}

/** `text/plain` is taken too: it is what `navigator.sendBeacon` can send without a preflight. */
export async function readJson(c: Context, maxBytes: number): Promise<JsonBody> {
  const body = await readText(c, maxBytes, ["application/json", "text/plain"]);
  if (!body.ok) return body;
  try {
    return { ok: true, value: JSON.parse(body.text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, status: 400, message: `the body is not JSON: ${reason}` };
  }
}
