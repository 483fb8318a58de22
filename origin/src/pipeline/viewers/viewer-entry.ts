/** One person's entry in the viewer map. It depends on nothing but the profile and what was learned. */
import { affinityOf } from "@spillway/model/clusters/taste.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { PLAY_WEIGHT, unpackProfile } from "@spillway/model/profile/history.ts";
import { historyVector } from "@spillway/model/profile/history-vector.ts";
import { profileSignals, traitsOf, type ItemTraits } from "@spillway/model/profile/profile-signals.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { packViewerState, type PackedViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { ViewerRow } from "@spillway/store/profiles/viewer-rows.ts";

/** Of somebody with fewer plays the edge knows little more than the cluster's page does. */
export const LEAST_PLAYS = 3;

export type EntryContext = {
  readonly learned: Pick<Learned, "itemSeqs" | "taste">;
  readonly catalogue: readonly CatalogueEntry[];
  readonly clockOffsetMs: number;
  /** When the states of this owner were voided last. What is written now is known after that. */
  readonly erasedMs: (ownerTag: string) => number;
};

export type ViewerEntry = PackedViewerState & { readonly hash: UserHash };

/**
 * Undefined for who has too few plays. Values and signals hold for the profile's newest event, and not for
 * now: so a shard in which nothing has happened has the same bytes.
 */
export function viewerEntries(
  context: EntryContext,
  hashUser: (user: string) => UserHash,
): (row: ViewerRow) => ViewerEntry | undefined {
  const { learned, catalogue, clockOffsetMs, erasedMs } = context;
  const rows = new Map<number, number>();
  learned.itemSeqs.forEach((seq, row) => rows.set(seq, row));
  const rowOf = (seq: number): number | undefined => rows.get(seq);
  const traits = new Map<number, ItemTraits>(catalogue.map(({ seq, item }) => [seq, traitsOf(item)]));
  return ({ user, history: packed, updatedMs }) => {
    const profile = unpackProfile(packed);
    const { history } = profile;
    const plays = history.reduce((count, { weight }) => count + (weight >= PLAY_WEIGHT ? 1 : 0), 0);
    if (plays < LEAST_PLAYS) return undefined;
    const hash = hashUser(user);
    const ownerTag = ownerTagOf(hash);
    const affinity = affinityOf(learned.taste, historyVector(history, { rowOf }, updatedMs));
    const signals = profileSignals(history, affinity, (seq) => traits.get(seq), updatedMs);
    const newestMs = Math.max(0, updatedMs - clockOffsetMs);
    const validMs = erasedMs(ownerTag);
    // Where no time is known, none has to be kept apart from when the state was written.
    const knownMs = newestMs === 0 ? validMs : newestMs;
    const state = viewerStateOf(profile, signals, newestMs, knownMs, clockOffsetMs);
    const writtenMs = Math.max(state.writtenMs, validMs);
    return { hash, ...packViewerState({ ...state, writtenMs }, ownerTag) };
  };
}
