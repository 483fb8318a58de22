/**
 * For tests: answers over a real store of a dozen films whose model is written by hand, without threads or
 * cycles.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import { modelFromColumns, packModel } from "@spillway/model/scoring/item-model.ts";
import { packScores } from "@spillway/model/scoring/packed-scores.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { searchItems } from "@spillway/store/catalogue/item-search.ts";
import { allItems, itemSeqById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { ITEM_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { getPage, putPages } from "@spillway/store/pages/pages.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { currentColumns } from "@spillway/store/profiles/stored-profile.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { createRecommender } from "../src/serving/answers/recommender.ts";
import { createSnapshotReader } from "../src/serving/snapshot/snapshot-reader.ts";
import { toSnapshot } from "../src/serving/snapshot/snapshot.ts";

export const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const GENRES = ["drama", "comedy"];
const FILMS_PER_GENRE = 6;

export function movie(id: string, more: Partial<Item> = {}): Item {
  return { id, title: `The ${id}`, kind: "movie", genres: [], teams: [], takenDown: false, ...more };
}

function filmsOf(genre: string): Item[] {
  return Array.from({ length: FILMS_PER_GENRE }, (_, at) => movie(`${genre}-${at + 1}`, { genres: [genre] }));
}

/** Rows: six dramas, six comedies, a hub, and a film that nobody has played. */
export const CATALOGUE: readonly Item[] = [
  ...GENRES.flatMap(filmsOf),
  movie("hub-1", { kind: "hub" }),
  movie("unplayed-1"),
];

/**
 * A film leads to the others of its genre, most of all to the first; the unplayed one leads nowhere, drama-2
 * to it.
 */
function weight(source: number, target: number): number {
  if (source === target) return 0;
  if (CATALOGUE[target]?.id === "unplayed-1") return CATALOGUE[source]?.id === "drama-2" ? 0.01 : 0;
  const genre = Math.floor(source / FILMS_PER_GENRE);
  if (genre > 1 || genre !== Math.floor(target / FILMS_PER_GENRE)) return 0;
  return 1 - 0.1 * (target % FILMS_PER_GENRE);
}

function columnInto(target: number) {
  const sources = CATALOGUE.map((_, source) => source).filter((source) => weight(source, target) > 0);
  return {
    sources: Uint32Array.from(sources),
    weights: Float32Array.from(sources, (source) => weight(source, target)),
  };
}

type Play = { readonly item: string; readonly weight?: number; readonly agoMs?: number };

export function smallOrigin() {
  const database = openForTest();
  upsertItems(database, CATALOGUE, "import", 1);
  const itemSeqs = Uint32Array.from(allItems(database), ({ seq }) => seq);
  const learn = (): void =>
    putModel(
      database,
      ITEM_MODEL,
      1,
      packModel(
        modelFromColumns(
          itemSeqs,
          CATALOGUE.map((_, target) => columnInto(target)),
        ),
      ),
    );
  const favours = (genre: string): Uint8Array =>
    packScores(
      Float32Array.from(CATALOGUE, ({ genres }, row) => (genres.includes(genre) ? 1 - row / 100 : 0)),
      itemSeqs,
    );
  const cluster = (
    position: number,
    id: string,
    parent: string | null,
    definition: Conjunct[],
    genre: string,
  ) => ({
    position,
    id,
    parent,
    definition: JSON.stringify(definition),
    leaf: true,
    members: 10,
    gain: 0,
    gainOverGeneric: 0,
    scores: favours(genre),
  });
  const esp: Conjunct = { signal: "team", value: "ESP" };
  replaceClusters(database, [
    cluster(0, "generic", null, [], "comedy"),
    cluster(1, "esp", "generic", [esp], "drama"),
    cluster(2, "esp.social", "esp", [esp, { signal: "entry", value: "social" }], "drama"),
    cluster(3, "esp.other", "esp", [esp, { signal: "campaign", value: "other" }], "drama"),
  ]);
  learn();
  const read = createSnapshotReader(database);
  const reread = () => {
    const data = read(NOW_MS);
    if (data === undefined) throw new Error("nothing has changed");
    return toSnapshot(data);
  };
  let snapshot = reread();
  const counted = { inferences: 0, storedPages: 0 };
  const recommender = createRecommender({
    snapshot: () => snapshot,
    clockOffsetMs: () => snapshot.data.clockOffsetMs,
    profileOf: (user) =>
      currentColumns(database, user, {
        seqOfItem: (id) => itemSeqById(database, id),
        clockOffsetMs: snapshot.data.clockOffsetMs,
      }),
    pageOf: (context, id) => getPage(database, context, id),
    seqOfItem: (id) => itemSeqById(database, id),
    search: (query, limit) => searchItems(database, query, limit),
    onInference: () => (counted.inferences += 1),
    onStoredPage: () => (counted.storedPages += 1),
  });
  return {
    database,
    recommender,
    counted,
    snapshot: () => snapshot,
    /** What the store holds now is served from now on. */
    refresh: () => void (snapshot = reread()),
    serve: (next: typeof snapshot) => void (snapshot = next),
    played: (user: string, plays: readonly Play[]) =>
      putProfiles(database, [
        {
          user,
          history: packHistory(
            plays.map(({ item, weight: share = 1, agoMs = 3_600_000 }) => ({
              item: itemSeqById(database, item) ?? 0,
              weight: share,
              timeMs: NOW_MS - agoMs,
            })),
          ),
          signals: null,
          visits: 1,
          source: "import",
          updatedMs: 1,
        },
      ]),
    storePage: (id: string, context = "homepage") =>
      putPages(database, [
        {
          context,
          cluster: id,
          generation: 7,
          builtMs: NOW_MS - 5000,
          contentHash: `hash-${id}`,
          layout: new Uint8Array(),
          carousels: JSON.stringify([
            {
              id: "top",
              title: `Top of ${id}`,
              items: [{ id: "drama-1", title: "The drama-1", kind: "movie" }],
            },
          ]),
          shown: "[]",
        },
      ]),
  };
}
