/** The page bundled with the worker, the last rung of the ladder. Its entry points suit every catalogue. */
import { pageJson, type Carousel } from "@spillway/shared/protocol/page.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import type { FoundPage } from "./found-page.ts";

const CAROUSELS: readonly Carousel[] = [
  {
    id: "browse",
    title: "Browse",
    items: [
      { id: "builtin-live", title: "Live", kind: "hub", hue: 4 },
      { id: "builtin-matches", title: "Matches", kind: "hub", hue: 140 },
      { id: "builtin-highlights", title: "Highlights", kind: "hub", hue: 36 },
      { id: "builtin-movies", title: "Films", kind: "hub", hue: 262 },
      { id: "builtin-series", title: "Series", kind: "hub", hue: 206 },
      { id: "builtin-kids", title: "Kids", kind: "hub", hue: 322 },
    ],
  },
];

const CAROUSELS_JSON = JSON.stringify(CAROUSELS);
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
