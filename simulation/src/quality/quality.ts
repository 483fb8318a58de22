/** The quality of a response, averaged over those that a rehearsal has served to each kind of viewer. */
import type { Rung } from "../fleet/tally.ts";
import type { ServedViewers } from "../fleet/viewer-tally.ts";
import { VIEWERS, type Viewer } from "../fleet/viewers.ts";
import type { Retention } from "./retention.ts";

export type Quality = {
  /** Mean over the responses; 0 where there were none. */
  readonly quality: number;
  /** The same run without the viewer map: a television's tailored page counts as its cluster's. */
  readonly cookieOnly: number;
  /** The same run, had every tailored page been its cluster's. */
  readonly untailored: number;
  /** The share of the responses that the origin made. */
  readonly individual: number;
};

export type ViewerQuality = Quality & { readonly viewers: Readonly<Record<Viewer, Quality>> };

export function qualityOf(served: ServedViewers, retention: Retention): ViewerQuality {
  const sums = new Map(VIEWERS.map((viewer) => [viewer, sumOf(viewer, served[viewer], retention)]));
  const all = [...sums.values()].reduce(add, NOTHING);
  return {
    ...meanOf(all),
    viewers: Object.fromEntries([...sums].map(([viewer, sum]) => [viewer, meanOf(sum)])) as Record<
      Viewer,
      Quality
    >,
  };
}

/** The share of tailored pages among those that a television got from the edge; null where it got none. */
export function tvTailoredShare({ tv }: ServedViewers): number | null {
  const stored = tv.tailored + tv.cluster + tv.parent + tv.generic + tv.builtin;
  return stored === 0 ? null : tv.tailored / stored;
}

type Sum = {
  readonly responses: number;
  readonly individual: number;
  readonly quality: number;
  readonly cookieOnly: number;
  readonly untailored: number;
};

const NOTHING: Sum = { responses: 0, individual: 0, quality: 0, cookieOnly: 0, untailored: 0 };

function sumOf(viewer: Viewer, served: Readonly<Record<Rung, number>>, retention: Retention): Sum {
  let sum = NOTHING;
  for (const [rung, responses] of Object.entries(served) as [Rung, number][]) {
    const quality = responses * keptBy(viewer, rung, retention);
    const untailored = responses * keptBy(viewer, rung === "tailored" ? "cluster" : rung, retention);
    sum = add(sum, {
      responses,
      individual: rung === "individual" ? responses : 0,
      quality,
      cookieOnly: viewer === "tv" ? untailored : quality,
      untailored,
    });
  }
  return sum;
}

/**
 * Of a new viewer the origin knows no more than their cluster's page does, so they lose nothing by that page.
 * A parent's page counts as the cluster's.
 */
function keptBy(viewer: Viewer, rung: Rung, { individual, tailored, cluster }: Retention): number {
  switch (rung) {
    case "individual":
      return individual;
    case "tailored":
      return tailored;
    case "cluster":
    case "parent":
      return viewer === "new" ? individual : cluster;
    case "generic":
    case "builtin":
    case "failed":
      return 0;
  }
}

function add(a: Sum, b: Sum): Sum {
  return {
    responses: a.responses + b.responses,
    individual: a.individual + b.individual,
    quality: a.quality + b.quality,
    cookieOnly: a.cookieOnly + b.cookieOnly,
    untailored: a.untailored + b.untailored,
  };
}

function meanOf({ responses, individual, quality, cookieOnly, untailored }: Sum): Quality {
  const all = Math.max(1, responses);
  return {
    quality: quality / all,
    cookieOnly: cookieOnly / all,
    untailored: untailored / all,
    individual: individual / all,
  };
}
