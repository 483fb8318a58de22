/** The viewer state of `u42`, the user of most requests, as cookie and header carry it. */
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { EDGE_TOKEN } from "./platform.ts";

const AT_MS = Date.UTC(2026, 10, 28);
const HISTORY = [1, 2, 40, 1000].map((item) => ({ item, weight: 1, timeMs: AT_MS - 3_600_000 }));
const PROFILE = { history: HISTORY, hidden: [], signals: undefined, visits: 1, updatedMs: AT_MS };
const SIGNALS = { affinity: "crime_1", recency: "fresh", depth: "casual" } as const;

export const VIEWER = viewerStateText(
  packViewerState(
    viewerStateOf(PROFILE, SIGNALS, AT_MS, AT_MS),
    createUserHash(EDGE_TOKEN)("u42").slice(0, 12),
  ).bytes,
);
