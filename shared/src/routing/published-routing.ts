/** The `routing` document in KV: a version of the operator's routing. */
import { generationNumber } from "../protocol/plausible.ts";
import { checkedBy, type Checked, type Issue } from "../protocol/zod-issues.ts";
import * as z from "zod/mini";
import { modeOverrideSchema } from "./mode-override.ts";
import { parsePublishedRollout, type PublishedRollout } from "./rollout/rollout.ts";
import { parseRouting, type PublishedRouting } from "./routing.ts";

/** What a header can carry. A wrong one costs a request to the origin one more trip, and nothing else. */
const INSTANCE = /^[\w.-]{1,64}$/;

/** The soonest ones. */
export const MAX_KICK_OFFS = 100;

const schema = z.object({
  version: generationNumber,
  routing: z.unknown(),
  instance: z.optional(z.unknown()),
  rollout: z.optional(z.unknown()),
  override: z.optional(modeOverrideSchema),
  kickOffs: z.optional(z.array(z.number()).check(z.maxLength(MAX_KICK_OFFS))),
});

export type RoutingDocument = PublishedRouting & {
  /** The origin's process that published it, which the edge's signatures name. */
  readonly instance: string | undefined;
  /** A candidate beside this version. An edge of an older release does not see it. */
  readonly rollout: PublishedRollout | undefined;
};

/** Checks it as strictly as a push is checked. Never throws. */
export function parsePublishedRouting(value: unknown): Checked<RoutingDocument> {
  const checked = checkedBy(schema, value);
  if (!checked.ok) return checked;
  const { version, instance, override, kickOffs } = checked.value;
  const parsed = parseRouting(checked.value.routing);
  if (!parsed.ok) return { ok: false, issues: parsed.issues.map(within("routing")) };
  const rollout = checked.value.rollout === undefined ? NONE : parsePublishedRollout(checked.value.rollout);
  if (!rollout.ok) return { ok: false, issues: rollout.issues.map(within("rollout")) };
  return {
    ok: true,
    value: {
      version,
      routing: parsed.routing,
      override,
      kickOffs,
      instance: instanceOf(instance),
      rollout: rollout.value,
    },
  };
}

const NONE = { ok: true, value: undefined } as const;

function within(field: string): (issue: Issue) => Issue {
  return ({ key, reason }) => ({ key: key === "" ? field : `${field}.${key}`, reason });
}

function instanceOf(value: unknown): string | undefined {
  return typeof value === "string" && INSTANCE.test(value) ? value : undefined;
}
