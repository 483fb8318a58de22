/** Where the origin is, and how edge and origin know each other. */
import type { EdgeAuth, EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";

export type OriginConfig = {
  readonly url: string;
  readonly auth: EdgeAuth;
  /** The secrets that `auth` signs with. An operator who shows one sees all of `/health`. */
  readonly tokens: EdgeTokens;
};
