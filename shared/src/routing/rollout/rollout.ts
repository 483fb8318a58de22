/**
 * A rollout as the `routing` document carries it: a candidate beside the current version, and the stages by
 * which more and more visitors obey the candidate. Pure.
 */
import * as z from "zod/mini";
import { generationNumber } from "../../protocol/plausible.ts";
import { checkedBy, type Checked } from "../../protocol/zod-issues.ts";
import { parseRouting, type PublishedRouting } from "../routing.ts";
import { stickyDraw } from "../sticky-draw.ts";

/** The two versions that visitors obey while a rollout is on. */
export const ARMS = ["current", "candidate"] as const;
export type Arm = (typeof ARMS)[number];

export type RolloutStage = {
  /** Of all visitors, above 0 and up to 1. */
  readonly share: number;
  /** From then on it holds, wherever the document has arrived by then. */
  readonly holdsFromMs: number;
};

export type PublishedRollout = {
  /** It also salts the draw, so that each rollout begins with other visitors. */
  readonly id: string;
  readonly candidate: PublishedRouting;
  /** Those that have been announced, the first one first. */
  readonly stages: readonly RolloutStage[];
  /** An answer that takes longer is counted as slow. Absent where no guard asks. */
  readonly slowMs?: number | undefined;
};

/** A header carries it too: see aborted.ts. */
const ROLLOUT_ID = /^r\d{1,15}$/;

/** More stages than anybody sits through. */
export const MAX_STAGES = 20;

const schema = z.object({
  id: z.string().check(z.regex(ROLLOUT_ID)),
  candidate: z.object({ version: generationNumber, routing: z.unknown() }),
  stages: z
    .array(
      z.object({
        share: z.number().check(z.gt(0), z.lte(1)),
        holdsFromMs: z.int().check(z.gte(0)),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_STAGES)),
  slowMs: z.optional(z.number().check(z.gt(0))),
});

/** Checks it as strictly as a push is checked. Never throws. */
export function parsePublishedRollout(value: unknown): Checked<PublishedRollout> {
  const checked = checkedBy(schema, value);
  if (!checked.ok) return checked;
  const { candidate, ...rest } = checked.value;
  const parsed = parseRouting(candidate.routing);
  if (parsed.ok) {
    return {
      ok: true,
      value: { ...rest, candidate: { version: candidate.version, routing: parsed.routing } },
    };
  }
  const issues = parsed.issues.map(({ key, reason }) => ({ key: `candidate.routing.${key}`, reason }));
  return { ok: false, issues };
}

/** The share of visitors that obey the candidate at an instant; 0 before the first stage holds. */
export function shareAt(stages: readonly RolloutStage[], nowMs: number): number {
  let share = 0;
  for (const stage of stages) if (stage.holdsFromMs <= nowMs && stage.share > share) share = stage.share;
  return share;
}

/**
 * Whoever obeys the candidate in one stage does so in every later one: the draw stays, and the share grows.
 */
export function armOf(id: string, user: string, share: number): Arm {
  return stickyDraw(id, user) < share ? "candidate" : "current";
}

/**
 * The routing of the candidate's arm. Rules and deadline are the candidate's. All else decides about the
 * whole of the load or about what viewers have agreed to, and is the current version's until everybody obeys
 * the candidate: bands and thresholds, mode, holdout, tailoring.
 */
export function candidateArm(current: PublishedRouting, candidate: PublishedRouting): PublishedRouting {
  const { rules, allow_unknown, deadline_ms } = candidate.routing;
  return {
    version: candidate.version,
    routing: { ...current.routing, rules, allow_unknown, deadline_ms },
    override: current.override,
    kickOffs: current.kickOffs,
  };
}
