/** Both arms of a rollout, made ready when its document is read, so that a request only draws. Pure. */
import { armOf, shareAt, type Arm, type RolloutStage } from "@spillway/shared/routing/rollout/rollout.ts";

export type Arms<Version> = Readonly<Record<Arm, Version>> & {
  readonly id: string;
  readonly stages: readonly RolloutStage[];
};

/** The version that decides about a visitor at this moment; undefined while no stage holds. */
export function versionFor<Version>(arms: Arms<Version>, user: string, nowMs: number): Version | undefined {
  const share = shareAt(arms.stages, nowMs);
  return share === 0 ? undefined : arms[armOf(arms.id, user, share)];
}
