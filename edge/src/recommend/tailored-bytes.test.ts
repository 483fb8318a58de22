import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { packCandidates, readCandidates } from "@spillway/model/packs/candidates.ts";
import { prepareContext } from "@spillway/model/pages/candidate-carousels.ts";
import { rankCarousels } from "@spillway/model/pages/carousels.ts";
import { carouselsJson, toPageItem, type ItemTexts } from "@spillway/model/pages/page-item.ts";
import { createPageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { personalCarousels } from "@spillway/model/pages/personal-carousels.ts";
import { unfinishedTexts } from "@spillway/model/pages/unfinished-texts.ts";
import { historyVector } from "@spillway/model/profile/history-vector.ts";
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { individualScores } from "@spillway/model/scoring/individual-scores.ts";
import { DRAMA_FAN, tagOf } from "../../test/test-viewer.ts";
import { comedies, filmModel, films, putTailoringSite, readyEdge } from "../../test/worker/tailoring.ts";

const HOUR_MS = 3_600_000;
const WATCHED = [1, 2, 3, 24];
const UNFINISHED = { item: 5, progress: 0.42 };
const TAKEN_DOWN = 9;

/** As items.seq; rows are one less. */
function history(nowMs: number) {
  const timeMs = nowMs - HOUR_MS;
  const played = WATCHED.map((item, at) => ({ item, weight: 1, timeMs: timeMs - at * 60_000 }));
  return [...played, { ...UNFINISHED, weight: 0.5, timeMs: timeMs - HOUR_MS }];
}

/** What the origin shows of these scores, by the origin's own steps (origin/src/serving/answers). */
function originsCarousels(nowMs: number): string {
  const items = films();
  const whole = filmModel(items.length);
  const rounded = { ...whole, weights: whole.weights.map((weight) => Math.round(weight * 127) / 127) };
  const candidates = readCandidates(packCandidates(comedies()));
  if (!candidates.ok) throw new Error("the candidates can't be read");
  const { seqs, scores: clusters } = candidates.value;
  const prior = new DataView(new ArrayBuffer(8 * seqs.length));
  seqs.forEach((seq, at) => {
    prior.setUint32(8 * at, seq, true);
    prior.setFloat32(8 * at + 4, clusters[at] ?? 0, true);
  });
  const known = history(nowMs);
  const scores = individualScores(
    rounded,
    {
      x: historyVector(known, rounded, nowMs),
      plays: known.reduce((sum, { weight }) => sum + weight, 0),
      prior: new Uint8Array(prior.buffer),
    },
    new Float32Array(items.length),
  );
  const watched = WATCHED.map((item) => item - 1);
  const { leftOut, given } = personalCarousels(
    "homepage",
    { watched, newest: watched, unfinished: [UNFINISHED.item - 1], notInterested: [] },
    { isHub: () => false, mayBeShown: (row) => row !== TAKEN_DOWN - 1 },
  );
  const hidden = [...leftOut, TAKEN_DOWN - 1];
  const context = prepareContext("homepage", items, nowMs);
  const ranked = rankCarousels(context, scores, { hidden, given, workspace: createPageWorkspace() });
  const texts = textsOf(items.map((item) => JSON.stringify(toPageItem(item))));
  const shares = new Map([[UNFINISHED.item - 1, UNFINISHED.progress]]);
  return new TextDecoder().decode(
    carouselsJson(ranked, texts, { changed: unfinishedTexts(ranked, shares, texts) }),
  );
}

function textsOf(texts: readonly string[]): ItemTexts {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => (starts[row + 1] = (starts[row] ?? 0) + text.length));
  return { starts, bytes: new TextEncoder().encode(texts.join("")) };
}

beforeEach(() => putTailoringSite());
afterEach(reset);

test("a tailored page is to the byte what the origin shows of the same candidates and scores", async () => {
  const nowMs = Date.now();
  const editorial = { version: 2, clockOffsetMs: 0, pins: [], hidden: [`film-${TAKEN_DOWN}`] };
  await env.PAGES.put("editorial", JSON.stringify(editorial));
  const edge = await readyEdge();
  const profile = { history: history(nowMs), hidden: [], signals: undefined, visits: 1, updatedMs: nowMs };
  const state = viewerStateOf(profile, DRAMA_FAN, nowMs - HOUR_MS, nowMs);
  const cookie = viewerStateText(packViewerState(state, tagOf("u42", inject("origin").token)).bytes);
  const response = await edge.get("/recommendations?user=u42&context=homepage", {
    cookie: `team=BEL; spillway_viewer=${cookie}`,
  });
  expect(response.headers.get("spillway-served")).toMatch(/^tailored;/);
  const stored = await env.PAGES.get<{ builtAt: string }>("page:homepage:bel", "json");
  const head = { context: "homepage", cluster: "bel", generation: 7, builtAt: stored?.builtAt ?? "" };
  const expected = pageJson(head, originsCarousels(nowMs));
  expect(expected).toContain('"title":"Continue watching"');
  expect(expected).toContain('"title":"Watch again"');
  expect(await response.text()).toBe(expected);
});
