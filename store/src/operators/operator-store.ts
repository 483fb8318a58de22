/**
 * What operators and editors store, as one asynchronous contract: documents with versions, drafts, the audit
 * log, tokens and sessions, suspects and dead letters. SQLite is its first implementation (sqlite-operator-store.ts); every
 * implementation passes store/test/operator-store-contract.ts.
 *
 * Every method rejects when the storage can't be used; what it was to write is then not written.
 */
import type { NowHistoryStore } from "./now-history-store.ts";
import type { AuditLog, NewAuditEntry } from "./audit-log.ts";
import type { LetterStore } from "./letter-store.ts";
import type { SampleStore } from "./sample-store.ts";
import type { SuspectStore } from "./suspect-store.ts";
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import type { Role, TokenRole } from "@spillway/shared/operators/role.ts";
import type { ModeOverride } from "@spillway/shared/routing/mode-override.ts";
import type { StoredEvidence } from "@spillway/shared/routing/rollout/evidence.ts";
import type { Rollout } from "@spillway/shared/routing/rollout/stage-machine.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";

export type OperatorStore = {
  /** The newest version is in force. */
  readonly routing: VersionedDocument<RoutingFile>;
  readonly rollouts: RolloutStore;
  readonly pins: VersionedDocument<readonly Pin[]>;
  readonly modeOverride: ModeOverrideStore;
  readonly drafts: DraftStore;
  readonly audit: AuditLog;
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
  readonly samples: SampleStore;
  readonly nowHistory: NowHistoryStore;
  readonly suspects: SuspectStore;
  readonly deadLetters: LetterStore;
};

/** `source` is the file as it was pushed, with its comments. */
export type RoutingFile = { readonly routing: Routing; readonly source: string };

/** A rollout with the file of its candidate, which is no version in force until everybody obeys it. */
export type StoredRollout = Rollout & {
  readonly candidate: RoutingFile;
  /** How many of its stages KV was seen to hold in time. */
  readonly confirmed: number;
  readonly note: string | undefined;
  readonly by: string | undefined;
};

export type NewRollout = Omit<StoredRollout, "id" | "versions" | "confirmed" | "end"> & {
  /** Nothing is begun unless this version is in force; 0 stands for none. */
  readonly expectedVersion: number;
  readonly audit?: ((rollout: StoredRollout) => NewAuditEntry) | undefined;
};

export type RolloutStore = {
  /** The one that is on, or else the one that ended last. */
  readonly latest: () => Promise<StoredRollout | undefined>;
  /** Gives the candidate the next version's number, which no other routing gets, whatever becomes of it. */
  readonly begin: (
    next: NewRollout,
  ) => Promise<
    | { readonly kind: "begun"; readonly rollout: StoredRollout }
    | { readonly kind: "conflict"; readonly current: DocumentVersion<RoutingFile> | undefined }
  >;
  readonly put: (rollout: StoredRollout, audit?: NewAuditEntry) => Promise<void>;
  /**
   * The candidate becomes the version in force, under its own number, and the rollout is stored as it is
   * given: all or nothing. Returns false, and stores nothing, when a newer version is in force.
   */
  readonly complete: (rollout: StoredRollout, nowMs: number, audit?: NewAuditEntry) => Promise<boolean>;
  /** What a stage of the rollout with this id has shown, for who goes on with it. Its end drops it. */
  readonly evidence: (id: string) => Promise<StoredEvidence | undefined>;
  /** Replaces what was stored before. Nothing is stored for a rollout that is not on. */
  readonly putEvidence: (id: string, evidence: StoredEvidence, nowMs: number) => Promise<void>;
};

export type DocumentVersion<Value> = {
  /** It counts from 1, and no number is used twice. */
  readonly version: number;
  readonly value: Value;
  readonly note: string | undefined;
  /** Whose token wrote it; undefined for what an earlier release has written. */
  readonly by: string | undefined;
  readonly writtenMs: number;
};

export type NewVersion<Value> = {
  readonly value: Value;
  readonly note?: string | undefined;
  readonly by?: string | undefined;
  readonly nowMs: number;
  /** Nothing is written unless this is the newest version; 0 stands for none. */
  readonly expectedVersion?: number | undefined;
  /**
   * The entry of the audit log for the version that is written, in place of another. Both are stored, or
   * neither.
   */
  readonly audit?:
    | ((version: number, replaced: DocumentVersion<Value> | undefined) => NewAuditEntry)
    | undefined;
};

export type PutOutcome<Value> =
  | { readonly kind: "stored"; readonly version: number }
  /** Somebody else has written since `expectedVersion`. */
  | { readonly kind: "conflict"; readonly current: DocumentVersion<Value> | undefined };

/** No version is ever changed or deleted. */
export type VersionedDocument<Value> = {
  /** Undefined before the first write. */
  readonly current: () => Promise<DocumentVersion<Value> | undefined>;
  readonly byVersion: (version: number) => Promise<DocumentVersion<Value> | undefined>;
  /** The newest `limit` versions, newest first. */
  readonly list: (limit: number) => Promise<readonly DocumentVersion<Value>[]>;
  readonly put: (next: NewVersion<Value>) => Promise<PutOutcome<Value>>;
};

/** The one mode that is forced for a while. */
export type ModeOverrideStore = {
  /** Undefined where there is none, or where its time is over. */
  readonly current: (nowMs: number) => Promise<StoredModeOverride | undefined>;
  /** Replaces the one before. */
  readonly put: (override: StoredModeOverride, audit?: NewAuditEntry) => Promise<void>;
  readonly end: (audit?: NewAuditEntry) => Promise<void>;
};

export type StoredModeOverride = ModeOverride & {
  /** The name of who set it. */
  readonly by: string;
  readonly setMs: number;
};

export type OperatorToken = {
  /** Public: it stands in the token itself, so that a token is found without comparing all. */
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly createdMs: number;
  readonly createdBy: string;
  /** Undefined: it does not expire. */
  readonly expiresMs: number | undefined;
  readonly revokedMs: number | undefined;
  /** To the minute. */
  readonly lastUsedMs: number | undefined;
};

export type NewToken = {
  readonly name: string;
  readonly role: TokenRole;
  readonly expiresMs?: number | undefined;
  readonly by: string;
  readonly nowMs: number;
  readonly audit?: NewAuditEntry | undefined;
};

export type TokenStore = {
  /** `secret` is the token itself, told this once; a hash of it is stored. */
  readonly create: (token: NewToken) => Promise<
    | { readonly kind: "created"; readonly token: OperatorToken; readonly secret: string }
    /** A valid token has the name. That of a revoked or expired one may be used again. */
    | { readonly kind: "name-taken"; readonly token: OperatorToken }
  >;
  /** The valid token with this secret, compared in constant time. */
  readonly find: (secret: string, nowMs: number) => Promise<OperatorToken | undefined>;
  /** All tokens, the revoked ones too, newest first. */
  readonly list: () => Promise<readonly OperatorToken[]>;
  /** Ends its sessions too. Undefined when there is no valid token with this name. */
  readonly revoke: (name: string, nowMs: number, audit?: NewAuditEntry) => Promise<OperatorToken | undefined>;
  readonly used: (id: string, nowMs: number) => Promise<void>;
};

/** Begins what stands for an ADMIN_TOKEN in `grantedFor`. */
export const ADMIN_GRANT = "admin-token:";

export type StoredSession = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What it was granted for: a token's id, or ADMIN_GRANT and what tells one ADMIN_TOKEN from another. */
  readonly grantedFor: string;
  readonly createdMs: number;
  readonly expiresMs: number;
};

export type SessionStore = {
  /** Ends `replaced`, if any, at the same time. Expired sessions are dropped. */
  readonly begin: (session: StoredSession, replaced: string | undefined) => Promise<void>;
  /** Undefined when it has ended or expired, and when its token has. */
  readonly find: (id: string, nowMs: number) => Promise<StoredSession | undefined>;
  /** Returns whether there was one. */
  readonly end: (id: string) => Promise<boolean>;
};

/** Pins that are to replace the set at a time. */
export type NewDraft = {
  readonly pins: readonly Pin[];
  /** By the content's clock, as `from` and `until` of pins. */
  readonly startMs: number;
  /** The version that the draft was made from. What has changed since then is kept. */
  readonly baseVersion: number;
  readonly note?: string | undefined;
  readonly by: string;
  readonly nowMs: number;
  readonly audit?: ((id: number) => NewAuditEntry) | undefined;
};

export type DraftState = "waiting" | "published" | "cancelled" | "refused";

export type Draft = Omit<NewDraft, "nowMs" | "audit"> & {
  readonly id: number;
  readonly createdMs: number;
  readonly state: DraftState;
  /** Why it was refused; the version that it became. */
  readonly outcome: string | undefined;
};

export type DraftStore = {
  /** Returns its id. */
  readonly add: (draft: NewDraft) => Promise<number>;
  readonly byId: (id: number) => Promise<Draft | undefined>;
  /** The waiting ones by their start, then the newest others; at most `limit`. */
  readonly list: (limit: number) => Promise<readonly Draft[]>;
  /** The waiting ones whose time has come, the earliest first. */
  readonly due: (contentNowMs: number) => Promise<readonly Draft[]>;
  /** Ends a waiting draft. Returns false when it does not wait (any more). */
  readonly settle: (
    id: number,
    state: Exclude<DraftState, "waiting">,
    outcome: string | undefined,
    audit?: NewAuditEntry,
  ) => Promise<boolean>;
};
