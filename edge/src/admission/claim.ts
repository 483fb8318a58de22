/** A request's place in the order in which an isolate gives out its share. Pure. */
import type { Claim } from "@spillway/shared/admission/claim-order.ts";

export type Claimant = {
  /** True when a token proves the user. A `user` parameter alone proves nothing, and earns nothing. */
  readonly proven: boolean;
  /** True when the viewer cookie carries a state of this very visitor. */
  readonly carriesState: boolean;
};

export function claimOf({ proven, carriesState }: Claimant): Claim {
  if (carriesState) return "carrier";
  return proven ? "proven-without-state" : "stranger";
}
