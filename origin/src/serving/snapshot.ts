/** What serving needs of the stored state, prepared in memory: built anew when the state has changed, never on a request. */
import {
  compileEditorial,
  type CompiledEditorial,
  type Editorial,
  type Pin,
} from "@spillway/shared/editorial.ts";
import type { Item } from "@spillway/shared/catalogue.ts";
import type { Conjunct } from "@spillway/shared/cluster-index.ts";
import { OTHER, type Signals } from "@spillway/shared/signals.ts";
import { editorialDocument } from "../editorial/editorial-document.ts";
import type { AffinityShares, ItemTraits } from "../profile/profile-signals.ts";
import { traitsOf } from "../profile/profile-signals.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import { emptyModel, type ItemModel } from "../ranking/model.ts";
import { toPageItem } from "../ranking/page-item.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/wire.ts";
import { prepareContext, type PreparedContext } from "../ranking/shelves.ts";

export type ServingCluster = {
  readonly id: string;
  readonly parent: string | undefined;
  /** What every member's signals are known to be. */
  readonly signals: Partial<Signals>;
  readonly packedScores: Uint8Array;
};

export type StoredState = {
  readonly generation: number;
  readonly catalogue: readonly CatalogueRow[];
  readonly model: ItemModel | undefined;
  readonly clusters: readonly {
    readonly id: string;
    readonly parent: string | undefined;
    readonly definition: readonly Conjunct[];
    readonly packedScores: Uint8Array;
  }[];
  readonly shares: AffinityShares;
  readonly pins: readonly Pin[];
  /** To add to the real clock to get the content's. */
  readonly clockOffsetMs: number;
};

export type Snapshot = {
  readonly generation: number;
  /** Without a model, answers can't be personal. */
  readonly trained: boolean;
  readonly model: ItemModel;
  /** By row of the model. */
  readonly items: readonly Item[];
  readonly itemJson: readonly string[];
  readonly rowOfId: (id: string) => number | undefined;
  readonly itemSeqOfId: (id: string) => number | undefined;
  readonly traits: (itemSeq: number) => ItemTraits | undefined;
  readonly shares: AffinityShares;
  readonly contexts: ReadonlyMap<string, PreparedContext>;
  readonly clusters: ReadonlyMap<string, ServingCluster>;
  /** As it is published, and as it is used here. */
  readonly editorialDocument: Editorial;
  readonly editorial: CompiledEditorial;
};

/** `nowMs`: the instant, by the real clock, whose availability and freshness the shelves show. */
export function buildSnapshot(state: StoredState, nowMs: number): Snapshot {
  const contentNowMs = nowMs + state.clockOffsetMs;
  const bySeq = new Map(state.catalogue.map(({ seq, item }) => [seq, item]));
  // Items leave the catalogue only when an import replaces it: then the model is about things that are no more.
  const trained = state.model?.itemSeqs.every((seq) => bySeq.has(seq)) === true ? state.model : undefined;
  const model = trained ?? emptyModel(Uint32Array.from(bySeq.keys()));
  const items = Array.from(model.itemSeqs, (seq) => bySeq.get(seq)).filter((item) => item !== undefined);
  const rows = new Map(items.map(({ id }, row) => [id, row]));
  const seqs = new Map(state.catalogue.map(({ seq, item }) => [item.id, seq]));
  const traits = new Map(state.catalogue.map(({ seq, item }) => [seq, traitsOf(item)]));
  const byId = new Map(state.catalogue.map(({ item }) => [item.id, item]));
  const document = editorialDocument(state.pins, (id) => byId.get(id), state.clockOffsetMs, nowMs);
  return {
    generation: state.generation,
    trained: trained !== undefined,
    model,
    items,
    itemJson: items.map((item) => JSON.stringify(toPageItem(item))),
    rowOfId: (id) => rows.get(id),
    itemSeqOfId: (id) => seqs.get(id),
    traits: (seq) => traits.get(seq),
    shares: state.shares,
    contexts: new Map(
      PAGE_CONTEXTS.map((context) => [context, prepareContext(context, items, contentNowMs)]),
    ),
    clusters: new Map(
      state.clusters.map(({ id, parent, definition, packedScores }) => [
        id,
        { id, parent, packedScores, signals: knownSignals(definition) },
      ]),
    ),
    editorialDocument: document,
    editorial: compileEditorial(document),
  };
}

function knownSignals(definition: readonly Conjunct[]): Partial<Signals> {
  return Object.fromEntries(
    definition.filter(({ value }) => value !== OTHER).map(({ signal, value }) => [signal, value]),
  );
}
