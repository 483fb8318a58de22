/** One authenticated request to the origin, under one deadline for headers and body; only a proven reply counts. */
import type { Purpose } from "@spillway/shared/edge-auth.ts";
import { HEADER } from "@spillway/shared/wire.ts";
import type { OriginConfig } from "./env.ts";
import type { Failures } from "./failures.ts";

export type OriginRequest = {
  readonly purpose: Purpose;
  /** Below the origin's address: `/events`. */
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadlineMs: number;
  readonly nowMs: number;
};

export type OriginSilence = "deadline" | "origin-unreachable" | "origin-error";

export type OriginReply =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly headers: Headers;
      readonly body: Uint8Array;
    }
  | { readonly kind: "none"; readonly reason: OriginSilence };

export type OriginCall = (request: OriginRequest) => Promise<OriginReply>;

const ADMITTING_HEADER = { recommendations: HEADER.admit, events: HEADER.edge } as const;

export function createOriginCall(origin: OriginConfig | undefined, failures: Failures): OriginCall {
  const silent = (reason: OriginSilence): OriginReply => {
    failures.count(reason);
    return { kind: "none", reason };
  };
  return async ({ purpose, path, method, headers, body, deadlineMs, nowMs }) => {
    if (origin === undefined) return silent("origin-error");
    const signed = await origin.auth.sign(purpose, nowMs, crypto.randomUUID());
    const signal = AbortSignal.timeout(deadlineMs);
    let reached = false;
    try {
      const response = await fetch(origin.url + path, {
        method,
        // Nothing of the client's request is passed on but what is named here.
        headers: { ...headers, [ADMITTING_HEADER[purpose]]: signed.header },
        ...(body !== undefined && { body }),
        // A redirect is no answer of our origin, and must not carry its headers elsewhere.
        redirect: "manual",
        signal,
      });
      reached = true;
      if (!(await origin.auth.verifyProof(signed.nonce, response.headers.get(HEADER.proof)))) {
        await response.body?.cancel();
        return silent("origin-error");
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status >= 500) failures.count("origin-error", `${path.split("?")[0]}: ${response.status}`);
      return { kind: "reply", status: response.status, headers: response.headers, body: bytes };
    } catch {
      if (signal.aborted) return silent("deadline");
      return silent(reached ? "origin-error" : "origin-unreachable");
    }
  };
}
