/**
 * The edge's rung `tailored` with the code that ships: packs, candidates and viewer states are written to
 * their bytes and read again, and the edge's own function scores the candidates.
 */
import { readCandidates } from "@spillway/model/packs/candidates.ts";
import { readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { readModelPack } from "@spillway/model/packs/model-pack.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import { prepareContext, type PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import { DEFAULT_SHAPE, placeCarousels, topItemsLimit } from "@spillway/model/pages/carousels.ts";
import { candidatesOf, rowsOfContext } from "@spillway/model/pages/page-candidates.ts";
import { createPageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { tailoredScores } from "@spillway/model/pages/tailored-scores.ts";
import { createTailoringWorkspace } from "@spillway/model/pages/tailoring-workspace.ts";
import { topItemsOf, worthOf } from "@spillway/model/pages/top-items.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { viewerVector, type ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { packViewerState, readViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import { buildPacks } from "@spillway/origin/pipeline/build/build-packs.ts";
import { itemSchema } from "@spillway/shared/protocol/catalogue.ts";
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { lazily } from "./lazily.ts";
import type { TestUser } from "./measure.ts";

/** All titles are alike: the data says nothing of them but who played them. */
const CONTEXT = "homepage";
const OWNER_TAG = "000000000000";

type PageRows = { readonly rows: Uint32Array; readonly scores: Float32Array };

export type Tailoring = {
  /** By item, for a viewer with this page; −∞ for what is no candidate. Valid until the next call. */
  readonly scoresOf: (user: TestUser, pageScores: Float32Array) => Float32Array;
  /** Of both packs, as an isolate holds them. */
  readonly packBytes: number;
};

/**
 * `model`: the one that ships, whose rows are the items. Undefined where the catalogue is too large for
 * packs: the edge then tailors nothing.
 */
export function tailoring(model: ItemModel): Tailoring | undefined {
  const catalogue = Array.from(model.itemSeqs, entryOf);
  const packs = packsOf(catalogue, model);
  if (packs === undefined) return undefined;
  const prepared = prepareContext(
    CONTEXT,
    catalogue.map(({ item }) => item),
    0,
  );
  const pageOf = lazily((scores: Float32Array) =>
    candidatesOfPage(prepared, scores, packs.catalogue.itemSeqs),
  );
  const workspace = createTailoringWorkspace();
  const shown = new Float32Array(model.itemSeqs.length);
  return {
    packBytes: packs.bytes(),
    scoresOf: (user, pageScores) => {
      const state = stateOf(user);
      const { items, watched } = state.titles;
      const { rows, scores } = tailoredScores(
        {
          model: packs.model,
          x: viewerVector(state, packs.catalogue.rowOf),
          plays: state.plays,
          candidates: pageOf(pageScores),
          items: prepared.factors.length,
          standing: prepared.table.standing,
          // Items are numbered as the rows are.
          leftOut: items.filter((_, at) => watched[at] === 1),
        },
        workspace,
      );
      shown.fill(-Infinity);
      for (const row of rows) shown[row] = scores[row] ?? 0;
      return shown;
    },
  };
}

function entryOf(seq: number): CatalogueEntry {
  const item = itemSchema.parse({ id: `item-${seq}`, title: `Item ${seq}`, kind: "movie" });
  return { seq, item };
}

function packsOf(catalogue: readonly CatalogueEntry[], model: ItemModel): Packs | undefined {
  const { cataloguePack, modelPack } = buildPacks({
    catalogue,
    contentNowMs: 0,
    model: () => model,
    standing: undefined,
  });
  if (cataloguePack === undefined) return undefined;
  return pairPacks(whole(readCataloguePack(cataloguePack)), modelPack && whole(readModelPack(modelPack)));
}

/** As a page carries them. */
function candidatesOfPage(prepared: PreparedContext, scores: Float32Array, itemSeqs: Uint32Array): PageRows {
  const workspace = createPageWorkspace();
  const worth = worthOf(prepared, scores);
  const topItems = topItemsOf(prepared.table, worth, topItemsLimit(DEFAULT_SHAPE), workspace);
  const placed = placeCarousels(prepared, worth, topItems, DEFAULT_SHAPE);
  const inContext = rowsOfContext(prepared);
  const packed = candidatesOf({ prepared, inContext, placed, worth, topItems, scores, itemSeqs }, workspace);
  const candidates = whole(readCandidates(packed));
  return { rows: candidates.seqs, scores: candidates.scores };
}

/** As a cookie carries it; the data has no times, and a play is a full one. */
function stateOf({ known }: TestUser): ViewerState {
  const history = Array.from(known, (item) => ({ item, weight: 1, timeMs: 0 }));
  const state = viewerStateOf({ history, hidden: [] }, NO_SIGNALS, 0, 0);
  const read = readViewerState(packViewerState(state, OWNER_TAG).bytes);
  if (read === undefined) throw new RangeError("a state that was written can be read");
  return read.state;
}

function whole<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new RangeError(JSON.stringify(checked.issues));
  return checked.value;
}
