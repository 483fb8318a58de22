/**
 * The holdout: a fixed random share of visitors who are served differently from the rest, so that lift can be
 * measured. A hash of the visitor decides, both in the edge's hot path and when events are summed up. Pure.
 */
import * as z from "zod/mini";
import { stickyDraw } from "./sticky-draw.ts";

export const holdoutSchema = z.strictObject({
  /** The share of visitors, 0–1. */
  share: z.number().check(z.gte(0, "must be a share from 0 to 1"), z.lte(1, "must be a share from 0 to 1")),
  /**
   * With `generic` they get everybody's page. With `individual` the origin is asked even without credit, and
   * its gate decides as always.
   */
  serve: z._default(z.enum(["generic", "individual"]), "generic"),
  /** Another salt selects other visitors. */
  salt: z._default(z.string().check(z.maxLength(64, "must be at most 64 characters")), ""),
});

export type Holdout = z.infer<typeof holdoutSchema>;

export function isHeldOut({ share, salt }: Holdout, user: string): boolean {
  return stickyDraw(salt, user) < share;
}

export type HoldoutSince = {
  readonly holdout: Holdout;
  /**
   * When this very holdout came into force without a break until now. Other settings would hold out other
   * visitors.
   */
  readonly sinceMs: number;
};
