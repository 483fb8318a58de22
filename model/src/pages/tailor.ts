/**
 * Tailors a page: from one viewer's state, the candidates of a stored page and the packs, with no other data
 * and no waiting. The scores, the layout and what a history takes out of a page are the origin's own. Pure.
 */
import type { Candidates } from "../packs/candidates.ts";
import type { CataloguePack } from "../packs/catalogue-pack.ts";
import type { Packs } from "../packs/packs.ts";
import type { RowsShownTo } from "../packs/rows-shown.ts";
import { viewerVector, type ViewerState } from "../profile/viewer-state.ts";
import type { RankedCarousel } from "./carousels.ts";
import { personalCarousels, type ViewerRows } from "./personal-carousels.ts";
import { rowOfSeq } from "./page-layout.ts";
import { overlayRowPins, type RowPin } from "./row-pins.ts";
import { placeCandidates } from "./tailored-layout.ts";
import { tailoredScores } from "./tailored-scores.ts";
import type { TailoringWorkspace } from "./tailoring-workspace.ts";

export type TailorInput = {
  readonly packs: Pick<Packs, "catalogue" | "model">;
  readonly context: string;
  readonly viewer: ViewerState;
  readonly candidates: Candidates;
  /** Editors', as rows (row-pins.ts). */
  readonly pins: readonly RowPin[];
  /** By the content's clock. */
  readonly contentNowMs: number;
  /** Beside availability: without what was taken down since, or is not for this audience. Absent: all. */
  readonly shown?: RowsShownTo;
};

/** A viewer of whom less is known gets their cluster's page, which says as much of them. */
const LEAST_PLAYS = 1;

export function canBeTailored({ plays, hidden, recent }: ViewerState): boolean {
  // Who has hidden a title must not see it again, and who has begun one finds it in "Continue watching",
  // whatever else is known of them. Who opened a title's card before playing it may lack a little of a play
  // in the sum, which does not know how much opening it was.
  return plays < Infinity && (plays >= LEAST_PLAYS || (plays >= 0 && hidden.length + recent.length > 0));
}

/**
 * Undefined where nothing is left that scores decide: the cluster's page is better than what was watched
 * already.
 */
export function tailoredCarousels(
  { packs, context, viewer, candidates, pins, contentNowMs, shown }: TailorInput,
  workspace: TailoringWorkspace,
): RankedCarousel[] | undefined {
  const { catalogue, model } = packs;
  const prepared = catalogue.contextsAt(contentNowMs).get(context);
  if (prepared === undefined) return undefined;
  const { factors, table } = prepared;
  const viewed = viewerRows(viewer, catalogue);
  // A pinned item that the catalogue does not have has a row beyond it, and editors answer for its time.
  const isShown = (row: number): boolean => factors[row] !== 0 && shown?.has(row) !== false;
  const isHub = (row: number): boolean => catalogue.hubs[row] === 1;
  const { leftOut, given } = personalCarousels(context, viewed, { isHub, mayBeShown: isShown });
  const scores = tailoredScores(
    {
      model,
      x: viewerVector(viewer, catalogue.rowOf),
      plays: viewer.plays,
      candidates: candidateRows(candidates, catalogue),
      items: factors.length,
      standing: table.standing,
      leftOut,
      ...(shown !== undefined && { shown: shown.rows }),
    },
    workspace,
  );
  const carousels: RankedCarousel[] = placeCandidates(prepared, scores, given, workspace).map(
    ({ carousel, rows }) => ({
      id: prepared.carousels[carousel]!.id,
      title: prepared.carousels[carousel]!.title,
      rows,
    }),
  );
  if (carousels.length === 0) return undefined;
  for (const { at, ...carousel } of given) carousels.splice(at, 0, carousel);
  if (pins.length === 0) return carousels;
  const unwanted = new Set(viewed.notInterested);
  return overlayRowPins(carousels, pins, (row) => !unwanted.has(row) && isShown(row));
}

function candidateRows(
  { seqs, scores }: Candidates,
  { rowOf }: CataloguePack,
): { readonly rows: Uint32Array; readonly scores: Float32Array } {
  const rows = new Uint32Array(seqs.length);
  const kept = new Float32Array(seqs.length);
  let count = 0;
  for (let at = 0; at < seqs.length; at += 1) {
    const row = rowOf(seqs[at]!);
    if (row === undefined) continue;
    rows[count] = row;
    kept[count] = scores[at]!;
    count += 1;
  }
  return { rows: rows.subarray(0, count), scores: kept };
}

function viewerRows({ titles, recent, hidden }: ViewerState, { rowOf }: CataloguePack): ViewerRows {
  const watched: number[] = [];
  for (let at = 0; at < titles.items.length; at += 1) {
    if (titles.watched[at] !== 1) continue;
    const row = rowOf(titles.items[at]!);
    if (row !== undefined) watched.push(row);
  }
  const newest: number[] = [];
  const unfinished: number[] = [];
  for (const { item, progress } of recent) {
    const row = rowOf(item);
    if (row === undefined) continue;
    if (titles.watched[rowOfSeq(titles.items, item)] === 1) newest.push(row);
    if (progress !== undefined) unfinished.push(row);
  }
  const notInterested: number[] = [];
  for (const item of hidden) {
    const row = rowOf(item);
    if (row !== undefined) notInterested.push(row);
  }
  return { watched, newest, unfinished, notInterested };
}
