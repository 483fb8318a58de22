/**
 * One signed request to the origin, under one deadline for headers and body. A reply that does not prove that
 * it is the origin's answer to this request counts as a failure.
 */
import type { OriginFailure } from "@spillway/shared/admission/edge-decision.ts";
import type { SentRequest } from "@spillway/shared/protocol/signatures/request-signature.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Failures } from "../failures.ts";
import type { OriginConfig } from "./origin-config.ts";
import { MAX_REPLY_BYTES, readProvenReply, type ReadReply } from "./proven-reply.ts";

export type OriginRequest = {
  /** Relative to the origin's address, such as `/events`. */
  readonly path: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** In lower case. The request has no others, and those that the origin acts upon are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadlineMs: number;
  readonly nowMs: number;
  /** The origin's process as KV names it, for an isolate that has not heard from it. */
  readonly instance?: string | undefined;
};

export type OriginReply =
  | {
      readonly kind: "reply";
      readonly status: number;
      /** The signed ones alone. */
      readonly headers: Headers;
      readonly body: Uint8Array;
      /** What the origin took, as it says itself: nothing depends on it. */
      readonly originMs: number | undefined;
    }
  | { readonly kind: "none"; readonly reason: OriginFailure };

export type OriginCall = (request: OriginRequest) => Promise<OriginReply>;

/** What this isolate has learned from the origin's refusals. */
type Learned = { readonly instance: string; readonly clockOffsetMs: number };

/** `heard` gets the signed headers of every reply. */
export function createOriginCall(
  origin: OriginConfig | undefined,
  failures: Failures,
  heard: (headers: Headers) => void = () => undefined,
): OriginCall {
  let learned: Learned | undefined;
  const failed = (reason: OriginFailure, detail?: string): OriginReply => {
    failures.count(reason, detail);
    return { kind: "none", reason };
  };
  return async (request) => {
    if (origin === undefined) return failed("origin-error");
    const { path, nowMs } = request;
    const route = path.split("?")[0] ?? "";
    const signal = AbortSignal.timeout(request.deadlineMs);
    let reached = false;
    const ask = async () => {
      const sent = await sign(origin, request, learned);
      const response = await send(origin, request, sent, signal);
      reached = true;
      return { response, reply: await readProvenReply(origin.auth, sent, response) };
    };
    try {
      let { response, reply } = await ask();
      const right = correctionOf(reply, nowMs);
      if (right !== undefined) {
        learned = right;
        ({ response, reply } = await ask());
      }
      if (reply.kind === "too-large") {
        return failed("origin-error", `${route}: a reply of more than ${MAX_REPLY_BYTES} bytes`);
      }
      if (reply.kind === "unproven") {
        const hint = "the origin does not know the key: do both sides' EDGE_TOKEN agree?";
        return failed("origin-error", response.status === 401 ? `${route}: ${hint}` : undefined);
      }
      const { status, headers, body } = reply;
      heard(headers);
      if (status === 401) return failed("origin-error", `${route}: the origin does not take the signature`);
      if (status >= 500) failures.count("origin-error", `${route}: ${status}`);
      return { kind: "reply", status, headers, body, originMs: originMsOf(response) };
    } catch {
      if (signal.aborted) return failed("deadline");
      return failed(reached ? "origin-error" : "origin-unreachable");
    }
  };
}

function sign(
  { auth }: OriginConfig,
  { path, method, headers, body, nowMs, instance }: OriginRequest,
  learned: Learned | undefined,
): Promise<SentRequest> {
  const named = learned?.instance ?? instance;
  return auth.sign({
    method,
    target: path,
    headers: { ...headers, ...(named !== undefined && { [HEADER.instance.toLowerCase()]: named }) },
    body,
    nowMs: nowMs + (learned?.clockOffsetMs ?? 0),
    nonce: crypto.randomUUID(),
  });
}

function send(
  { url }: OriginConfig,
  { path, method, body }: OriginRequest,
  { headers }: SentRequest,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(url + path, {
    method,
    // These are all headers of the request: nothing of the client's passes through.
    headers: { ...headers },
    ...(body !== undefined && { body }),
    // The origin never redirects, and the signature must not reach another host.
    redirect: "manual",
    signal,
  });
}

/**
 * A proven refusal that names a process: the origin has started anew, is another one, or has another time.
 * Nobody else can say so, and who repeats it repeats the answer to a question that was asked just now.
 */
function correctionOf(reply: ReadReply, nowMs: number): Learned | undefined {
  if (reply.kind !== "proven") return undefined;
  const { status, headers, createdMs } = reply;
  const instance = headers.get(HEADER.instance);
  if (status !== 401 || instance === null) return undefined;
  // A signature tells whole seconds: its time was half a second later, give or take as much.
  const offsetMs = createdMs + 500 - nowMs;
  return { instance, clockOffsetMs: Math.abs(offsetMs) <= 1000 ? 0 : offsetMs };
}

function originMsOf({ headers }: Response): number | undefined {
  const [, text] =
    /(?:^|,\s*)origin;dur=(\d{1,9}(?:\.\d{1,3})?)(?:$|,)/.exec(headers.get("server-timing") ?? "") ?? [];
  return text === undefined ? undefined : Number(text);
}
