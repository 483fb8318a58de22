/** The page bundled with the worker, the last rung of the ladder. Its entry points suit every catalogue. */
import { BUILTIN_CAROUSELS } from "@spillway/shared/protocol/builtin-carousels.ts";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import type { FoundPage } from "./found-page.ts";

const CAROUSELS_JSON = JSON.stringify(BUILTIN_CAROUSELS);
/** Raise it with each change of the page: it is part of the ETag. */
const VERSION = 1;
const BUILT_AT = "2026-01-01T00:00:00.000Z";

export function builtinPage(context: string): FoundPage {
  const head = { context, cluster: GENERIC_CLUSTER, generation: 0, builtAt: BUILT_AT };
  return {
    as: "builtin",
    body: new TextEncoder().encode(pageJson(head, CAROUSELS_JSON)),
    contentHash: `builtin-${VERSION}`,
  };
}
