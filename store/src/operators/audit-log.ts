/** The contract of the audit log: who changed what, why and from where. */
import type { Role } from "@spillway/shared/operators/role.ts";

/** How somebody acted: with a token, in a session of the console, or by a command beside the data. */
export const AUDIT_VIAS = ["admin-token", "token", "session", "command", "origin"] as const;
export type AuditVia = (typeof AUDIT_VIAS)[number];

/** One change. It holds no secrets, and users only as keyed hashes. */
export type NewAuditEntry = {
  readonly atMs: number;
  /** Who: the token's name, `admin`, or the account of the command. */
  readonly by: string;
  readonly role: Role;
  readonly via: AuditVia;
  /** From where: the caller's address; undefined where there is none. */
  readonly address: string | undefined;
  /** Kind and act, such as `routing.push`. */
  readonly action: string;
  /** What was changed, such as `routing 12`. */
  readonly subject: string;
  /** Why, in the operator's words. */
  readonly note?: string | undefined;
  /** JSON values, or summaries of them. */
  readonly before?: unknown;
  readonly after?: unknown;
};

/** `seq` counts the entries. */
export type AuditEntry = NewAuditEntry & { readonly seq: number };

export type AuditQuery = {
  /** Inclusive. */
  readonly sinceMs?: number | undefined;
  /** Exclusive. */
  readonly untilMs?: number | undefined;
  /** An action, or the part of it before the dot. */
  readonly kind?: string | undefined;
  readonly by?: string | undefined;
  /** Only entries before this one, for the next page. */
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
};

/** Entries are added and never changed. */
export type AuditLog = {
  /** Returns its `seq`. */
  readonly append: (entry: NewAuditEntry) => Promise<number>;
  /** Newest first. */
  readonly list: (query: AuditQuery) => Promise<readonly AuditEntry[]>;
  /** Drops entries from before this time, and returns how many. Their numbers are not used again. */
  readonly drop: (untilMs: number) => Promise<number>;
};
