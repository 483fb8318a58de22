/** Rollouts over SQLite: one document, and one for the evidence, beside the versions of the routing. */
import * as z from "zod/mini";
import { parseRouting } from "@spillway/shared/routing/routing.ts";
import { GUARD_NAMES } from "@spillway/shared/routing/rollout/guards.ts";
import { transact, type Database } from "../database.ts";
import { deleteDocument, getDocument, putDocument } from "../documents.ts";
import { queueWrite } from "../write-queue.ts";
import type { NewRollout, RolloutStore, StoredRollout } from "./operator-store.ts";
import {
  currentRouting,
  currentRoutingVersion,
  putReservedRouting,
  reserveRoutingVersion,
} from "./routing.ts";
import { appendAudit } from "./sqlite-audit.ts";
import { storedEvidenceSchema } from "./stored-evidence.ts";
import { toVersion } from "./sqlite-documents.ts";

const KEY = "rollout";
const EVIDENCE_KEY = "rollout-evidence";

const schema = z.object({
  id: z.string(),
  versions: z.object({ current: z.int(), candidate: z.int() }),
  shares: z.array(z.number()),
  everyMs: z.number(),
  guards: z.array(z.object({ name: z.enum(GUARD_NAMES), limit: z.number() })),
  stages: z.array(z.object({ share: z.number(), holdsFromMs: z.number() })),
  begunMs: z.number(),
  end: z.optional(
    z.object({
      how: z.enum(["completed", "aborted", "superseded"]),
      atMs: z.number(),
      reason: z.string(),
    }),
  ),
  candidate: z.object({ routing: z.unknown(), source: z.string() }),
  confirmed: z.int(),
  note: z.optional(z.string()),
  by: z.optional(z.string()),
});

const endSchema = z.object({ id: z.string(), end: z.optional(z.unknown()) });
const evidenceSchema = z.object({ rollout: z.string(), evidence: storedEvidenceSchema });

export function sqliteRollouts(database: Database): RolloutStore {
  const writeNow = (rollout: StoredRollout): void => {
    putDocument(database, KEY, rollout, rollout.end?.atMs ?? rollout.begunMs);
    if (rollout.end !== undefined) deleteDocument(database, EVIDENCE_KEY);
  };
  const begin: (next: NewRollout) => Awaited<ReturnType<RolloutStore["begin"]>> = (next) =>
    transact(database, () => {
      const { expectedVersion, audit, ...rest } = next;
      const current = currentRouting(database);
      if ((current?.version ?? 0) !== expectedVersion) {
        return { kind: "conflict", current: toVersion(current) };
      }
      const candidate = reserveRoutingVersion(database);
      const versions = { current: expectedVersion, candidate };
      const rollout: StoredRollout = { ...rest, id: `r${candidate}`, versions, confirmed: 0 };
      writeNow(rollout);
      if (audit !== undefined) appendAudit(database, audit(rollout));
      return { kind: "begun", rollout };
    });
  const complete: (...given: Parameters<RolloutStore["complete"]>) => boolean = (rollout, nowMs, audit) =>
    transact(database, () => {
      const { versions, candidate, note, by } = rollout;
      if (currentRoutingVersion(database) > versions.candidate) return false;
      putReservedRouting(database, { version: versions.candidate, ...candidate, note, by, pushedMs: nowMs });
      writeNow(rollout);
      if (audit !== undefined) appendAudit(database, audit);
      return true;
    });
  return {
    latest: async () => getDocument(database, KEY, parseStored)?.value,
    begin: (next) => queueWrite(() => begin(next)),
    put: (rollout, audit) =>
      queueWrite(() =>
        transact(database, () => {
          writeNow(rollout);
          if (audit !== undefined) appendAudit(database, audit);
        }),
      ),
    complete: (rollout, nowMs, audit) => queueWrite(() => complete(rollout, nowMs, audit)),
    evidence: async (id) => {
      const stored = getDocument(database, EVIDENCE_KEY, (value) => evidenceSchema.parse(value))?.value;
      return stored?.rollout === id ? stored.evidence : undefined;
    },
    putEvidence: (id, evidence, nowMs) =>
      queueWrite(() =>
        transact(database, () => {
          const stored = getDocument(database, KEY, (value) => endSchema.parse(value))?.value;
          if (stored?.id !== id || stored.end !== undefined) return;
          putDocument(database, EVIDENCE_KEY, { rollout: id, evidence }, nowMs);
        }),
      ),
  };
}

function parseStored(value: unknown): StoredRollout {
  const { candidate, note, by, ...rest } = schema.parse(value);
  const parsed = parseRouting(candidate.routing);
  if (!parsed.ok) throw new Error(`the stored candidate of rollout ${rest.id} is not valid`);
  return { ...rest, candidate: { routing: parsed.routing, source: candidate.source }, note, by };
}
