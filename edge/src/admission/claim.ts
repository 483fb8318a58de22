/** A request's place in the order in which an isolate gives out its share. Pure. */
import type { Claim } from "@spillway/shared/admission/claim-order.ts";

export type Claimant = {
  /** True when a token proves the user. A `user` parameter alone proves nothing, and earns nothing. */
  readonly proven: boolean;
  /** True when the viewer cookie carries a state of this very visitor. */
  readonly carriesState: boolean;
  /**
   * True when a page can be tailored by that state. The first page of a stranger brings one that says
   * nothing.
   */
  readonly saysSomething: boolean;
};

export function claimOf({ proven, carriesState, saysSomething }: Claimant): Claim {
  if (carriesState) return proven || saysSomething ? "carrier" : "stranger";
  return proven ? "proven-without-state" : "stranger";
}
