/** For tests: a viewer's state as text, as cookie and header carry it, and what such a text says. */
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import {
  packViewerState,
  readViewerState,
  viewerStateBytes,
  viewerStateText,
} from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { ProfileSignals } from "@spillway/shared/signals/signals.ts";

export const DRAMA_FAN: ProfileSignals = { affinity: "drama", recency: "fresh", depth: "casual" };

/** `token` keys the hashes of users; `watched` are items.seq, played an hour before `atMs`. */
export function viewerText(
  user: string,
  token: string,
  { watched = [], atMs = Date.now() }: { readonly watched?: readonly number[]; readonly atMs?: number } = {},
): string {
  const history = watched.map((item) => ({ item, weight: 1, timeMs: atMs - 3_600_000 }));
  const profile = { history, hidden: [], signals: undefined, visits: 1, updatedMs: atMs };
  const state = viewerStateOf(profile, DRAMA_FAN, atMs - 3_600_000, atMs);
  return viewerStateText(packViewerState(state, tagOf(user, token)).bytes);
}

export function tagOf(user: string, token: string): string {
  return createUserHash(token)(user).slice(0, 12);
}

/** What the response's viewer cookie says; undefined where it sets none, `removed` where it removes it. */
export function viewerSet(
  response: Response,
): { readonly ownerTag: string; readonly state: ViewerState } | "removed" | undefined {
  const cookie = response.headers.getSetCookie().find((set) => set.startsWith("spillway_viewer="));
  const value = cookie?.slice("spillway_viewer=".length).split(";")[0];
  if (value === undefined) return undefined;
  if (value === "" && cookie?.includes("Max-Age=0")) return "removed";
  const read = readViewerState(viewerStateBytes(value) ?? new Uint8Array());
  if (read === undefined) throw new Error(`no viewer state: ${cookie}`);
  return read;
}

/** The cookie header that a browser sends after this response. */
export function cookiesAfter(response: Response, before = ""): string {
  const jar = new Map(pairsOf(before.split("; ").filter((pair) => pair !== "")));
  for (const [name, value] of pairsOf(response.headers.getSetCookie())) {
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
  return Array.from(jar, ([name, value]) => `${name}=${value}`).join("; ");
}

function pairsOf(cookies: readonly string[]): [string, string][] {
  return cookies.map((cookie) => {
    const [pair = ""] = cookie.split(";");
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}
