/** What an origin's refusal says, as far as it is said in the known form. Pure. */
import { refused, type Problem, type Refusal } from "@spillway/shared/protocol/problem.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";

const MAX_TEXT_LENGTH = 500;

/** `body` is problem details (RFC 9457); what else it may be, the status alone says enough to act on. */
export function refusalOf<Status extends 400 | 404 | 409>(
  status: Status,
  body: Uint8Array,
): Refusal & { readonly status: Status } {
  const { key, reason } = firstError(body);
  return refused(status, textOf(key) ?? "request", textOf(reason) ?? "is not valid");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT_LENGTH) : undefined;
}

function firstError(body: Uint8Array): Partial<Record<keyof Issue, unknown>> {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as Partial<Problem>;
    return errors?.[0] ?? {};
  } catch {
    return {};
  }
}
