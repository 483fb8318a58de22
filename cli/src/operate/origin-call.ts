/** Calls an admin route of the origin for a command. */
import * as z from "zod/mini";
import { fetchReasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";

const DEADLINE_MS = 15_000;

/** The status was not 2xx; `issues` are those that the origin listed. */
type Refused = {
  readonly kind: "refused";
  readonly status: number;
  readonly message: string;
  readonly issues: readonly RoutingIssue[];
};

/** There was no reply within the deadline, or it was not JSON. */
type Unreachable = { readonly kind: "unreachable"; readonly origin: string; readonly reason: string };

export type OriginRefusal = Refused | Unreachable;
export type OriginReply = { readonly kind: "ok"; readonly body: unknown } | OriginRefusal;

/** The whole body as text, and what it is, such as `application/toml`. */
export type OriginBody = { readonly text: string; readonly mediaType: string };

export type OriginCall = {
  readonly origin: string;
  readonly adminToken: string;
  readonly method: string;
  readonly path: string;
  readonly body?: OriginBody | undefined;
};

const problemSchema = z.object({
  detail: z.string(),
  errors: z._default(
    z.array(
      z.object({
        key: z.string(),
        reason: z.string(),
        line: z.optional(z.number()),
        column: z.optional(z.number()),
        length: z.optional(z.number()),
      }),
    ),
    [],
  ),
});

export async function callOrigin(call: OriginCall): Promise<OriginReply> {
  try {
    const response = await send(call, AbortSignal.timeout(DEADLINE_MS));
    const value: unknown = await response.json();
    return response.ok ? { kind: "ok", body: value } : refusalOf(response.status, value);
  } catch (error) {
    return { kind: "unreachable", origin: call.origin, reason: fetchReasonOf(error) };
  }
}

/** An answer that may be long: `body` is its stream, and whoever reads it waits as long as it takes. */
export async function streamFromOrigin(
  call: OriginCall,
): Promise<OriginRefusal | { readonly kind: "ok"; readonly body: ReadableStream<Uint8Array> }> {
  try {
    const response = await send(call);
    if (response.ok && response.body !== null) return { kind: "ok", body: response.body };
    return refusalOf(response.status, await response.json());
  } catch (error) {
    return { kind: "unreachable", origin: call.origin, reason: fetchReasonOf(error) };
  }
}

function send(
  { origin, adminToken, method, path, body }: OriginCall,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(new URL(path, origin), {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body !== undefined && { "content-type": body.mediaType }),
    },
    ...(body !== undefined && { body: body.text }),
    ...(signal !== undefined && { signal }),
  });
}

function refusalOf(status: number, value: unknown): Refused {
  const problem = problemSchema.safeParse(value);
  if (!problem.success) return { kind: "refused", status, message: `status ${status}`, issues: [] };
  const { detail, errors } = problem.data;
  return { kind: "refused", status, message: detail, issues: errors as RoutingIssue[] };
}
