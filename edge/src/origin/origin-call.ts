/**
 * One authenticated request to the origin, under one deadline for headers and body. A reply that does not
 * prove that it is the origin's counts as a failure.
 */
import type { OriginFailure } from "@spillway/shared/admission/edge-decision.ts";
import type { Purpose } from "@spillway/shared/protocol/edge-auth.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { OriginConfig } from "../env.ts";
import type { Failures } from "../failures.ts";
import { readAtMost } from "../read-at-most.ts";

export type OriginRequest = {
  readonly purpose: Purpose;
  /** Relative to the origin's address, such as `/events`. */
  readonly path: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  /** The isolate's demand, which the request's signature covers. */
  readonly demand?: string | undefined;
  readonly body?: string;
  readonly deadlineMs: number;
  readonly nowMs: number;
};

export type OriginReply =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly headers: Headers;
      readonly body: Uint8Array;
    }
  | { readonly kind: "none"; readonly reason: OriginFailure };

export type OriginCall = (request: OriginRequest) => Promise<OriginReply>;

/**
 * A page has some tens of kilobytes. Bytes count as they come out of their compression: a few kilobytes of
 * gzip may hold an isolate's whole memory.
 */
export const MAX_REPLY_BYTES = 2 * 1024 * 1024;

const ADMITTING_HEADER = {
  recommendations: HEADER.admit,
  events: HEADER.edge,
  identify: HEADER.edge,
} as const;

export function createOriginCall(origin: OriginConfig | undefined, failures: Failures): OriginCall {
  const failed = (reason: OriginFailure): OriginReply => {
    failures.count(reason);
    return { kind: "none", reason };
  };
  return async ({ purpose, path, method, headers, demand, body, deadlineMs, nowMs }) => {
    if (origin === undefined) return failed("origin-error");
    const signed = await origin.auth.sign(purpose, nowMs, crypto.randomUUID(), demand);
    const signal = AbortSignal.timeout(deadlineMs);
    let reached = false;
    try {
      const response = await fetch(origin.url + path, {
        method,
        // These are all headers of the request: nothing of the client's passes through.
        headers: {
          ...headers,
          [ADMITTING_HEADER[purpose]]: signed.header,
          ...(demand !== undefined && { [HEADER.demand]: demand }),
        },
        ...(body !== undefined && { body }),
        // The origin never redirects, and the signature must not reach another host.
        redirect: "manual",
        signal,
      });
      reached = true;
      const proof = response.headers.get(HEADER.proof);
      const credit = response.headers.get(HEADER.credit) ?? undefined;
      if (!(await origin.auth.verifyProof(signed.nonce, proof, credit))) {
        await response.body?.cancel();
        return failed("origin-error");
      }
      const bytes = await readAtMost(response.body, MAX_REPLY_BYTES);
      if (bytes === undefined) {
        failures.count(
          "origin-error",
          `${path.split("?")[0]}: a reply of more than ${MAX_REPLY_BYTES} bytes`,
        );
        return { kind: "none", reason: "origin-error" };
      }
      if (response.status >= 500) failures.count("origin-error", `${path.split("?")[0]}: ${response.status}`);
      return { kind: "reply", status: response.status, headers: response.headers, body: bytes };
    } catch {
      if (signal.aborted) return failed("deadline");
      return failed(reached ? "origin-error" : "origin-unreachable");
    }
  };
}
