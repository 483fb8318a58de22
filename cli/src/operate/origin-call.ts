/** Calls an admin route of the origin for a command. */
import * as z from "zod/mini";
import { fetchReasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";

const DEADLINE_MS = 15_000;

export type OriginReply =
  | { readonly kind: "ok"; readonly body: unknown }
  /** The status was not 2xx; `issues` are those that the origin listed. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly message: string;
      readonly issues: readonly RoutingIssue[];
    }
  /** There was no reply within the deadline, or it was not JSON. */
  | { readonly kind: "unreachable"; readonly origin: string; readonly reason: string };

export type OriginCall = {
  readonly origin: string;
  readonly adminToken: string;
  readonly method: string;
  readonly path: string;
  readonly body?: { readonly text: string; readonly mediaType: string } | undefined;
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

export async function callOrigin({
  origin,
  adminToken,
  method,
  path,
  body,
}: OriginCall): Promise<OriginReply> {
  let status: number;
  let value: unknown;
  try {
    const response = await fetch(new URL(path, origin), {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body !== undefined && { "content-type": body.mediaType }),
      },
      ...(body !== undefined && { body: body.text }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    status = response.status;
    value = await response.json();
  } catch (error) {
    return { kind: "unreachable", origin, reason: fetchReasonOf(error) };
  }
  if (status >= 200 && status < 300) return { kind: "ok", body: value };
  const problem = problemSchema.safeParse(value);
  return problem.success
    ? {
        kind: "refused",
        status,
        message: problem.data.detail,
        issues: problem.data.errors as RoutingIssue[],
      }
    : { kind: "refused", status, message: `status ${status}`, issues: [] };
}
