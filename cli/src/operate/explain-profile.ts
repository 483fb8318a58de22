/**
 * The signals that only the platform knows, as `explain` is given them: in words, or by a browser's cookie.
 */
import { InvalidArgumentError } from "commander";
import { readViewerState, viewerStateBytes } from "@spillway/model/profile/viewer-state-codec.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import { readCookie } from "@spillway/shared/signals/cookies.ts";
import { signalsSchema, type ProfileSignals } from "@spillway/shared/signals/signals.ts";

const FORM = "It must be affinity.recency.depth, such as drama.fresh.regular.";

export function readProfile(text: string): ProfileSignals {
  const [affinity, recency, depth, ...more] = text.split(".");
  const { shape } = signalsSchema;
  const [taste, when, howOften] = [
    shape.affinity.safeParse(affinity),
    shape.recency.safeParse(recency),
    shape.depth.safeParse(depth),
  ];
  if (!taste.success || !when.success || !howOften.success || more.length > 0)
    throw new InvalidArgumentError(FORM);
  return { affinity: taste.data, recency: when.data, depth: howOften.data };
}

/** What a viewer cookie says, whoever's it is: the edge believes it of its owner alone. */
export function profileInCookie(cookies: string | undefined): ProfileSignals | undefined {
  const bytes = viewerStateBytes(readCookie(cookies, COOKIE.viewer) ?? "");
  return bytes === undefined ? undefined : readViewerState(bytes)?.state.signals;
}
