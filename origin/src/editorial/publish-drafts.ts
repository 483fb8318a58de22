/** Publishes drafts of pins when their time has come. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { NewAuditEntry } from "@spillway/store/operators/audit-log.ts";
import type { Draft, OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { comparePins, mergePins } from "./merge-pins.ts";

export type DraftPublisherDeps = {
  readonly operatorStore: Pick<OperatorStore, "pins" | "drafts">;
  readonly nowMs: () => number;
  readonly contentNowMs: () => number;
  /** What is wrong with the pins now, such as an item that has gone since. */
  readonly check: (pins: readonly Pin[]) => readonly Issue[];
  readonly onEditorialChange: () => void;
};

/** Publishes what is due. Whatever it can't publish it refuses, and says why; it tries nothing twice. */
export async function publishDrafts(deps: DraftPublisherDeps): Promise<void> {
  for (const draft of await deps.operatorStore.drafts.due(deps.contentNowMs())) await publish(draft, deps);
}

async function publish(draft: Draft, deps: DraftPublisherDeps): Promise<void> {
  const { pins, drafts } = deps.operatorStore;
  const current = await pins.current();
  const base = draft.baseVersion === 0 ? [] : (await pins.byVersion(draft.baseVersion))?.value;
  const entry = (change: Pick<NewAuditEntry, "action" | "subject" | "before" | "after">): NewAuditEntry => ({
    ...change,
    atMs: deps.nowMs(),
    by: draft.by,
    role: "editor",
    via: "origin",
    address: undefined,
    note: draft.note ?? `draft ${draft.id}`,
  });
  const refuse = async (reason: string): Promise<void> => {
    const audit = entry({ action: "pins.refuse", subject: `draft ${draft.id}`, after: { reason } });
    await drafts.settle(draft.id, "refused", reason, audit);
  };
  const merged = mergePins(base ?? current?.value ?? [], draft.pins, current?.value ?? []);
  if (merged.kind === "conflict")
    return refuse(`others have changed ${merged.ids.join(", ")} since version ${draft.baseVersion}`);
  const [issue] = deps.check(merged.pins);
  if (issue !== undefined) return refuse(`${issue.key} ${issue.reason}`);
  const put = await pins.put({
    value: merged.pins,
    note: draft.note ?? `draft ${draft.id}`,
    by: draft.by,
    nowMs: deps.nowMs(),
    expectedVersion: current?.version ?? 0,
    audit: (version) =>
      entry({
        action: "pins.publish",
        subject: `pins ${version}`,
        after: { draft: draft.id, ...summaryOf(current?.value ?? [], merged.pins) },
      }),
  });
  // Somebody was faster: the next look, a second later, takes that into account.
  if (put.kind === "conflict") return;
  await drafts.settle(draft.id, "published", `version ${put.version}`);
  deps.onEditorialChange();
}

/** What a change of pins says in the audit log. */
export function summaryOf(before: readonly Pin[], after: readonly Pin[]) {
  const { added, removed, changed, isReordered } = comparePins(before, after);
  return { added, removed, changed, ...(isReordered && { isReordered }) };
}

const LOOK_EVERY_MS = 1000;

/** Looks once a second, and never twice at once. */
export function keepPublishingDrafts(
  deps: DraftPublisherDeps,
  onError: (error: unknown) => void,
): () => void {
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await publishDrafts(deps);
    } catch (error) {
      onError(error);
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
