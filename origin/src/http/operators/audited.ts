/**
 * Writes the audit log: who changed what, why, from where and when. Every route that changes something does.
 */
import type { Context } from "hono";
import * as z from "zod/mini";
import { textSchema } from "@spillway/shared/protocol/text.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { NewAuditEntry } from "@spillway/store/operators/audit-log.ts";
import { parametersOf } from "../parameters.ts";
import { callerAddress } from "./caller-address.ts";

/** What was changed. No secrets, and users as keyed hashes only. */
export type Change = {
  /** Kind and act, such as `routing.push`. */
  readonly action: string;
  /** Such as `routing 12`. */
  readonly subject: string;
  /** JSON values, or summaries of them. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Instead of the one of the request. */
  readonly note?: string | undefined;
};

/**
 * For a write that stores its entry in the same transaction. Throws on a route without `requireRole`: nobody
 * acts there.
 */
export function auditEntry(c: Context, { note = noteOf(c), ...change }: Change): NewAuditEntry {
  const operator = c.get("operator");
  const access = c.get("operatorAccess");
  if (operator === undefined || access === undefined)
    throw new Error(`nobody is known to have done ${change.action}`);
  const { name, role, via } = operator;
  return {
    ...change,
    atMs: access.nowMs(),
    by: name,
    role,
    via,
    address: callerAddress(c),
    ...(note !== undefined && { note }),
  };
}

/** Adds the entry by itself, right after the change. */
export async function audited(c: Context, change: Change): Promise<void> {
  await c.get("operatorAccess")?.store.audit.append(auditEntry(c, change));
}

const noteSchema = textSchema(1, 500).check(
  z.refine((text) => !/\p{Cc}/u.test(text), "holds a control character"),
);

/** Why, in the operator's words: the parameter `note` of any request that changes something. */
export function noteOf(c: Context): string | undefined {
  const note = parametersOf(c).get("note")?.trim();
  return note === "" ? undefined : note;
}

export function noteIssue(c: Context): Issue | undefined {
  const note = noteOf(c);
  const checked = note === undefined ? undefined : noteSchema.safeParse(note);
  const [issue] = checked?.success === false ? toIssues(checked.error) : [];
  return issue && { key: "note", reason: issue.reason };
}
