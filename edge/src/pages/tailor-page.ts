/**
 * Tailors a stored page to its viewer, with the packs that stand in memory: the rung between the origin's page and
 * the cluster's. Whatever goes wrong in it costs nobody the cluster's page.
 */
import { canBeTailored, tailoredCarousels } from "@spillway/model/pages/tailor.ts";
import { createTailoringWorkspace } from "@spillway/model/pages/tailoring-workspace.ts";
import { tailoredPage } from "@spillway/model/pages/tailored-page.ts";
import type { CataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { createRowPins, type RowPins } from "@spillway/model/pages/row-pins.ts";
import type { Packs } from "@spillway/model/packs/packs.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { CompiledEditorial, PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Failures } from "../failures.ts";
import type { FoundPage } from "./found-page.ts";

export type TailorRequest = {
  readonly packs: Packs;
  readonly viewer: ViewerState;
  readonly context: string;
  /** Those of `editorial` that are for this visitor. */
  readonly pins: readonly PublishedPin[];
  readonly editorial: Pick<CompiledEditorial, "hidden" | "clockOffsetMs">;
  readonly nowMs: number;
};

/** Undefined where the page stays as it is. */
export type TailorPage = (page: FoundPage, request: TailorRequest) => FoundPage | undefined;

export function createTailorPage(failures: Pick<Failures, "count">): TailorPage {
  const workspace = createTailoringWorkspace();
  const rowsOf = rememberEditorialRows();
  return (page, { packs, viewer, context, pins, editorial, nowMs }) => {
    const { candidates, cluster, generation, builtAtMs } = page;
    if (candidates === undefined || cluster === undefined || !canBeTailored(viewer)) return undefined;
    if (generation === undefined || builtAtMs === undefined) return undefined;
    try {
      const { catalogue } = packs;
      const own = rowsOf(catalogue, editorial);
      const carousels = tailoredCarousels(
        {
          packs,
          context,
          viewer,
          candidates,
          pins: pins.map(own.pins.rowsOf),
          contentNowMs: nowMs + editorial.clockOffsetMs,
          mayBeShown: own.mayBeShown,
        },
        workspace,
      );
      if (carousels === undefined) return undefined;
      const head = { context, cluster, generation, builtAt: new Date(builtAtMs).toISOString() };
      const texts = pins.length === 0 ? undefined : own.pins.texts;
      return { ...page, as: "tailored", ...tailoredPage(head, carousels, catalogue.texts, texts) };
    } catch (error) {
      failures.count("tailoring", reasonOf(error));
      return undefined;
    }
  };
}

type EditorialRows = { readonly pins: RowPins; readonly mayBeShown: (row: number) => boolean };

/** An editorial document as rows of a catalogue: both change seldom, so the last is kept. */
function rememberEditorialRows(): (
  catalogue: CataloguePack,
  editorial: Pick<CompiledEditorial, "hidden">,
) => EditorialRows {
  let last:
    | { catalogue: CataloguePack; editorial: Pick<CompiledEditorial, "hidden">; rows: EditorialRows }
    | undefined;
  return (catalogue, editorial) => {
    if (last?.catalogue !== catalogue || last.editorial !== editorial) {
      last = { catalogue, editorial, rows: editorialRows(catalogue, editorial.hidden) };
    }
    return last.rows;
  };
}

function editorialRows(catalogue: CataloguePack, hidden: ReadonlySet<string>): EditorialRows {
  const pins = createRowPins(catalogue);
  const rows = new Set<number>();
  for (const id of hidden) {
    const row = catalogue.rowOfId(id);
    if (row !== undefined) rows.add(row);
  }
  const isHidden = (row: number): boolean => {
    const other = row < catalogue.itemSeqs.length ? undefined : pins.itemOf(row);
    return rows.has(row) || (other !== undefined && hidden.has(other.id));
  };
  return { pins, mayBeShown: hidden.size === 0 ? () => true : (row) => !isHidden(row) };
}
