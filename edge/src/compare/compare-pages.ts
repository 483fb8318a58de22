/**
 * `GET /recommendations/compare`: the generic, the cluster's and the tailored page for one viewer, as they
 * would be served now, and which title of the history each tailored title stands there for. It asks neither
 * the origin nor admission. Off unless `COMPARE_PAGES` is set.
 */
import { tailoredReasons } from "@spillway/model/pages/tailored-reasons.ts";
import type { CataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { parsePage, type Page } from "@spillway/shared/protocol/page.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { refusalResponse } from "../problem-response.ts";
import { viewerRequest, type RecommendDeps } from "../recommend/recommend.ts";
import { placeVisit, type PlacedVisit } from "../recommend/placed-visit.ts";
import { viewerOf } from "../recommend/mapped-viewer.ts";
import { storedPage } from "../recommend/stored-page.ts";
import { readVisit } from "../recommend/visit.ts";
import { readIncoming } from "../request/incoming.ts";
import type { RequestContext } from "../request/request-context.ts";
import { NOTHING_READ } from "../viewer/viewer.ts";

export type CompareDeps = RecommendDeps & { readonly config: { readonly comparePages: boolean } };

/** Nobody is in a hurry who compares pages. */
const MAP_DEADLINE_MS = 1000;

export function comparePages(
  deps: CompareDeps,
  request: Request,
  requestContext: RequestContext,
): MaybePromise<Response> {
  if (!deps.config.comparePages) {
    return refusalResponse({
      status: 404,
      key: "COMPARE_PAGES",
      reason: "is not set: pages are not compared here",
    });
  }
  return andThen(readVisit(deps, readIncoming(request), requestContext), (visit) => {
    if (visit.kind === "refused") return refusalResponse(visit);
    const { context, subject } = visit.query;
    if (subject !== undefined) {
      return refusalResponse({
        status: 400,
        key: "context",
        reason: `${context} has no stored pages to compare`,
      });
    }
    const placed = placeVisit(visit, deps.viewers.read(viewerRequest(visit)), deps.config);
    const viewer = viewerOf(deps.viewerMap, placed, () => deps.clock() + MAP_DEADLINE_MS);
    return andThen(viewer, (known) =>
      compared(deps, { ...placed, viewerReading: { ...placed.viewerReading, viewer: known } }),
    );
  });
}

async function compared(deps: CompareDeps, visit: PlacedVisit): Promise<Response> {
  const unknown = { ...visit, viewerReading: NOTHING_READ };
  const [generic, cluster, tailored] = [
    await pageAs(deps, unknown, "holdout"),
    await pageAs(deps, unknown, "requested"),
    await pageAs(deps, visit, "forced"),
  ];
  const { viewer } = visit.viewerReading;
  const isTailored = tailored?.as === "tailored";
  const report = {
    context: visit.query.context,
    cluster: visit.cluster.id,
    viewer:
      viewer.kind === "none"
        ? null
        : { carrier: viewer.carrier, titles: viewer.state.titles.items.length, plays: viewer.state.plays },
    pages: { generic: generic?.page, cluster: cluster?.page, tailored: isTailored ? tailored.page : null },
    because: isTailored ? reasonsOn(visit, tailored.page) : {},
  };
  return Response.json(report, { headers: { "cache-control": "no-store" } });
}

type ComparedPage = { readonly as: string; readonly page: Page };

/** The page that this reason leads to, and its rung. */
async function pageAs(
  deps: CompareDeps,
  visit: PlacedVisit,
  reason: ServedReason,
): Promise<ComparedPage | undefined> {
  const { page } = await storedPage(deps, visit, reason);
  const parsed = parsePage(new TextDecoder().decode(page.body));
  return parsed && { as: page.as, page: parsed };
}

type Because = { readonly item: string; readonly title: string; readonly share: number };

/** Item → the title of the history that leads to it most. */
function reasonsOn({ viewerReading, state }: PlacedVisit, page: Page): Record<string, Because> {
  const { viewer } = viewerReading;
  const { packs } = state;
  if (viewer.kind === "none" || packs === undefined) return {};
  const { catalogue } = packs;
  const rows = page.carousels.flatMap(({ items }) => items.flatMap(({ id }) => catalogue.rowOfId(id) ?? []));
  const reasons = tailoredReasons(packs, viewer.state, rows);
  return Object.fromEntries(
    Array.from(reasons).flatMap(([row, { because, share }]) => {
      const [item, source] = [itemAt(catalogue, row), itemAt(catalogue, catalogue.rowOf(because))];
      if (item === undefined || source === undefined) return [];
      return [[item.id, { item: source.id, title: source.title, share: Math.round(share * 100) / 100 }]];
    }),
  );
}

/** Undefined for what is taken down, which has no text. */
function itemAt(
  { texts: { starts, bytes } }: CataloguePack,
  row: number | undefined,
): { readonly id: string; readonly title: string } | undefined {
  if (row === undefined || starts[row] === starts[row + 1]) return undefined;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(starts[row], starts[row + 1]))) as {
    id: string;
    title: string;
  };
}
