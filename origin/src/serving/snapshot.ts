/** What serving needs of the stored state, prepared in memory: built anew when the state has changed, never on a request. */
import {
  compileEditorial,
  NO_EDITORIAL,
  type CompiledEditorial,
  type Editorial,
} from "@spillway/shared/editorial.ts";
import type { Item } from "@spillway/shared/catalogue.ts";
import type { Conjunct } from "@spillway/shared/cluster-index.ts";
import { OTHER, type Signals } from "@spillway/shared/signals.ts";
import type { AffinityShares, ItemTraits } from "../profile/profile-signals.ts";
import { traitsOf } from "../profile/profile-signals.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import { emptyModel, type ItemModel } from "../ranking/model.ts";
import { toPageItem } from "../ranking/page-item.ts";
import { CONTEXTS, prepareContext, type PreparedContext } from "../ranking/shelves.ts";

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
  readonly editorial: Editorial | undefined;
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
  readonly editorial: CompiledEditorial;
};

/** `contentNowMs`: the instant whose availability and freshness the shelves show. */
export function buildSnapshot(state: StoredState, contentNowMs: number): Snapshot {
  const bySeq = new Map(state.catalogue.map(({ seq, item }) => [seq, item]));
  const model = state.model ?? emptyModel(Uint32Array.from(bySeq.keys()));
  // An item that has left the catalogue since the model was trained keeps its row and is never shown.
  const items = Array.from(model.itemSeqs, (seq): Item => bySeq.get(seq) ?? goneItem(seq));
  const rows = new Map(items.map(({ id }, row) => [id, row]));
  const seqs = new Map(state.catalogue.map(({ seq, item }) => [item.id, seq]));
  const traits = new Map(state.catalogue.map(({ seq, item }) => [seq, traitsOf(item)]));
  return {
    generation: state.generation,
    trained: state.model !== undefined,
    model,
    items,
    itemJson: items.map((item) => JSON.stringify(toPageItem(item))),
    rowOfId: (id) => rows.get(id),
    itemSeqOfId: (id) => seqs.get(id),
    traits: (seq) => traits.get(seq),
    shares: state.shares,
    contexts: new Map(CONTEXTS.map((context) => [context, prepareContext(context, items, contentNowMs)])),
    clusters: new Map(
      state.clusters.map(({ id, parent, definition, packedScores }) => [
        id,
        { id, parent, packedScores, signals: knownSignals(definition) },
      ]),
    ),
    editorial: state.editorial === undefined ? NO_EDITORIAL : compileEditorial(state.editorial),
  };
}

function goneItem(seq: number): Item {
  return { id: `gone-${seq}`, title: "", kind: "hub", genres: [], teams: [], takenDown: true };
}

function knownSignals(definition: readonly Conjunct[]): Partial<Signals> {
  return Object.fromEntries(
    definition.filter(({ value }) => value !== OTHER).map(({ signal, value }) => [signal, value]),
  );
}
