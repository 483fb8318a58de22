/**
 * Tailors a stored page to its viewer, with the packs that stand in memory: the rung between the origin's
 * page and the cluster's. Whatever goes wrong in it costs nobody the cluster's page.
 */
import { canBeTailored, tailoredCarousels } from "@spillway/model/pages/tailor.ts";
import { createTailoringWorkspace } from "@spillway/model/pages/tailoring-workspace.ts";
import { tailoredPage } from "@spillway/model/pages/tailored-page.ts";
import type { CataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { unfinishedTexts } from "@spillway/model/pages/unfinished-texts.ts";
import { createRowPins, type RowPins } from "@spillway/model/pages/row-pins.ts";
import { createRowsShown, type RowsShown } from "@spillway/model/packs/rows-shown.ts";
import type { Packs } from "@spillway/model/packs/packs.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { CompiledEditorial, PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { Withheld } from "@spillway/shared/protocol/withheld.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Failures } from "../failures.ts";
import type { FoundPage } from "./found-page.ts";

export type TailorRequest = {
  readonly packs: Packs;
  readonly viewer: ViewerState;
  readonly context: string;
  /** Those of `editorial` that are for this visitor. */
  readonly pins: readonly PublishedPin[];
  readonly editorial: Withheld & Pick<CompiledEditorial, "clockOffsetMs">;
  readonly audience: Audience;
  readonly nowMs: number;
};

/** Undefined where the page stays as it is. */
export type TailorPage = (page: FoundPage, request: TailorRequest) => FoundPage | undefined;

export function createTailorPage(failures: Pick<Failures, "count">): TailorPage {
  const workspace = createTailoringWorkspace();
  const rowsOf = rememberEditorialRows();
  let lastReason: string | undefined;
  return (page, { packs, viewer, context, pins, editorial, audience, nowMs }) => {
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
          shown: own.shownTo(audience),
        },
        workspace,
      );
      if (carousels === undefined) return undefined;
      const head = { context, cluster, generation, builtAt: new Date(builtAtMs).toISOString() };
      const pinned = pins.length === 0 ? undefined : own.pins.texts;
      const texts = unfinishedTexts(carousels, sharesOf(viewer, catalogue), catalogue.texts, pinned);
      return { ...page, as: "tailored", ...tailoredPage(head, carousels, catalogue.texts, texts) };
    } catch (error) {
      const reason = reasonOf(error);
      // What is wrong with a pack would be wrong for every request of a spike.
      failures.count("tailoring", reason === lastReason ? undefined : reason);
      lastReason = reason;
      return undefined;
    }
  };
}

/** The unfinished share of each row that the viewer has left so. */
function sharesOf({ recent }: ViewerState, { rowOf }: CataloguePack): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const { item, progress } of recent) {
    const row = progress === undefined ? undefined : rowOf(item);
    if (row !== undefined && progress !== undefined) shares.set(row, progress);
  }
  return shares;
}

type EditorialRows = { readonly pins: RowPins; readonly shownTo: RowsShown };

/** An editorial document as rows of a catalogue: both change seldom, so the last is kept. */
function rememberEditorialRows(): (catalogue: CataloguePack, editorial: Withheld) => EditorialRows {
  let last: { catalogue: CataloguePack; editorial: Withheld; rows: EditorialRows } | undefined;
  return (catalogue, editorial) => {
    if (last?.catalogue !== catalogue || last.editorial !== editorial) {
      const pins = createRowPins(catalogue);
      const rows = { pins, shownTo: createRowsShown(catalogue, editorial, pins.itemOf) };
      last = { catalogue, editorial, rows };
    }
    return last.rows;
  };
}
