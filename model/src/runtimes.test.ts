/**
 * Runs in Node and in workerd (vitest.config.ts): the recommender loads in both, and gives the same figures
 * to the digit.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { expect, test } from "vitest";
import { learnClusters } from "./clusters/learn-clusters.ts";
import { learn } from "./clusters/learn.ts";
import { buildBlock } from "./pages/build-block.ts";
import { buildPages } from "./pages/build-pages.ts";
import { prepareContext } from "./pages/candidate-carousels.ts";
import { rankCarousels } from "./pages/carousels.ts";
import { growScores } from "./pages/cluster-scores.ts";
import { markItems } from "./pages/dirty-items.ts";
import { carouselsJson, toPageItem } from "./pages/page-item.ts";
import { planPages } from "./pages/page-tasks.ts";
import { createPageWorkspace } from "./pages/page-workspace.ts";
import { heldFactors } from "./pages/refresh-state.ts";
import { foldEvents, NO_PROFILE } from "./profile/fold.ts";
import { historyVector } from "./profile/history-vector.ts";
import { packHistory, unpackHistory } from "./profile/history.ts";
import { mergeProfiles } from "./profile/merge-profiles.ts";
import { individualScores } from "./scoring/individual-scores.ts";
import { modelFromColumns } from "./scoring/item-model.ts";
import { packScores } from "./scoring/packed-scores.ts";
import { cosineColumns } from "./trainers/cosine-tasks.ts";
import { trainCosine } from "./trainers/cosine.ts";
import { trainIfDue } from "./trainers/train-if-due.ts";
import { train } from "./trainers/train.ts";
import type { TaskPool } from "./workers/task-pool.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const GENRES = ["crime", "drama", "comedy"];
const USERS = 60;

const items: Item[] = Array.from({ length: 24 }, (_, at) => ({
  id: `f${at}`,
  title: `Film ${at}`,
  kind: "movie",
  genres: [GENRES[at % 3] ?? "crime"],
  teams: [],
  takenDown: false,
  ...(at < 4 && { publishedAt: new Date(NOW_MS - (at + 1) * 24 * 3600 * 1000).toISOString() }),
}));
const itemSeqs = Uint32Array.from(items, (_, row) => row + 1);

/** Everybody plays most of the films of one genre. */
function plays() {
  const draw = seededRandom(1);
  const histories = Array.from({ length: USERS }, (_, user) =>
    items.flatMap((_item, row) => (draw() < (row % 3 === user % 3 ? 0.7 : 0.1) ? [row] : [])),
  );
  const starts = new Uint32Array(USERS + 1);
  histories.forEach((rows, user) => (starts[user + 1] = (starts[user] ?? 0) + rows.length));
  return { starts, playEnds: starts.subarray(1), rows: Uint32Array.from(histories.flat()) };
}

/**
 * In the caller's own thread, what needs no WebAssembly from bytes, which workerd refuses. The other trainers
 * run where threads do.
 */
const cosinePool: TaskPool = {
  threads: 1,
  run: async (_name, input) => cosineColumns(input as never) as never,
};

test("the whole recommender loads", () => {
  const entries = [
    buildBlock,
    buildPages,
    growScores,
    heldFactors,
    learn,
    learnClusters,
    markItems,
    mergeProfiles,
    planPages,
    train,
    trainIfDue,
  ];
  expect(entries.every((entry) => typeof entry === "function")).toBe(true);
});

test("a user's events become a page", async () => {
  const columns = await trainCosine(plays(), {
    items: items.length,
    shrinkage: 10,
    perColumn: 8,
    pool: cosinePool,
  });
  const model = modelFromColumns(itemSeqs, columns);
  const profile = foldEvents(NO_PROFILE, [
    { type: "play", item: 1, timeMs: NOW_MS - 3600 * 1000 },
    { type: "progress", item: 4, timeMs: NOW_MS - 40 * 24 * 3600 * 1000, progress: 0.8 },
  ]);
  const history = unpackHistory(packHistory(profile.history));
  const x = historyVector(history, model, NOW_MS);
  const prior = packScores(
    Float32Array.from(items, (_, row) => 1 / (row + 1)),
    itemSeqs,
  );
  const workspace = createPageWorkspace();
  const scores = individualScores(model, { x, plays: 1.8, prior }, workspace.scores(items.length));
  expect(Array.from(scores.subarray(0, 6))).toEqual(SCORES);

  const shape = { carousels: 3, items: 4 };
  const page = rankCarousels(prepareContext("movies", items, NOW_MS), scores, {
    hidden: [0, 3],
    shape,
    workspace,
  });
  expect(page.map(({ id, rows }) => [id, ...rows])).toEqual(PAGE);
  const texts = items.map((item) => new TextEncoder().encode(JSON.stringify(toPageItem(item))));
  const starts = new Uint32Array(items.length + 1);
  texts.forEach(({ length }, row) => (starts[row + 1] = (starts[row] ?? 0) + length));
  const bytes = new Uint8Array(starts.at(-1) ?? 0);
  texts.forEach((text, row) => bytes.set(text, starts[row]));
  const json: unknown = JSON.parse(new TextDecoder().decode(carouselsJson(page, { starts, bytes })));
  expect(json).toEqual(
    page.map(({ id, title, rows }) => ({
      id,
      title,
      items: rows.map((row) => items[row]).map((item) => item && toPageItem(item)),
    })),
  );
});

const SCORES = [
  0.6643134951591492, 0.3125, 0.2083333432674408, 0.2799612879753113, 0.125, 0.1041666716337204,
];
const PAGE = [
  ["for-you", 1, 6, 2, 9],
  ["genre-crime", 12, 21, 18, 15],
  ["genre-drama", 4, 7, 22, 10],
];
