/** What a response is worth to whom, with and without the order of claims. */
import { formatShare, type Table } from "@spillway/kit/charts/table.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { VIEWERS, type Viewer } from "../fleet/viewers.ts";
import { compareOrders, type OrderComparison } from "../quality/compare-orders.ts";
import type { Quality } from "../quality/quality.ts";
import { MOVIELENS_1M, type Retention } from "../quality/retention.ts";

type ByOrder = { readonly withOrder: number; readonly withoutOrder: number };

/** A spike of one size. The figures beside `viewers` are means over all responses within the spike. */
type AtPeak = ByOrder & {
  /** The same without the viewer map, and without any tailoring. */
  readonly cookieOnly: ByOrder;
  readonly withoutTailoring: ByOrder;
  readonly viewers: Readonly<
    Record<
      Viewer,
      { readonly share: number; readonly withOrder: Quality | null; readonly withoutOrder: Quality | null }
    >
  >;
};

export type ViewerReport = {
  readonly quality: { readonly retention: Retention; readonly at2T: AtPeak; readonly at100T: AtPeak };
  /**
   * The share of tailored pages among those that televisions got from the edge in the scenario's spike or
   * outage; null where they got none.
   */
  readonly tvTailoredShare: number | null;
};

/** Four kick-offs: to 2 T and to 100 T, each with and without the order. */
export function compareAtPeaks(
  options: FleetOptions,
  base: number,
  onProgress: (atS: number, ofS: number) => void,
): ViewerReport["quality"] {
  const [at2T, at100T] = [2, 100].map((peak, at) =>
    atPeak(
      options,
      compareOrders(options, { base, peak }, MOVIELENS_1M, (atS, ofS) => onProgress(at * ofS + atS, 2 * ofS)),
    ),
  ) as [AtPeak, AtPeak];
  return { retention: MOVIELENS_1M, at2T, at100T };
}

function atPeak({ viewers }: FleetOptions, { withOrder, withoutOrder }: OrderComparison): AtPeak {
  const both = (of: keyof Omit<Quality, "viewers">) => ({
    withOrder: withOrder[of],
    withoutOrder: withoutOrder[of],
  });
  return {
    ...both("quality"),
    cookieOnly: both("cookieOnly"),
    withoutTailoring: both("untailored"),
    viewers: Object.fromEntries(
      VIEWERS.map((viewer) => {
        const share = viewers?.[viewer] ?? 0;
        // Who does not come has no quality, not even a bad one.
        const of = (quality: Quality): Quality | null => (share > 0 ? quality : null);
        const [ordered, unordered] = [withOrder, withoutOrder].map((all) => of(all.viewers[viewer]));
        return [viewer, { share, withOrder: ordered, withoutOrder: unordered }];
      }),
    ) as AtPeak["viewers"],
  };
}

const HEAD = ["2 T, no order", "with order", "100 T, no order", "with order"];
const ALIGN = ["left", "right", "right", "right", "right"] as const;
const ABOUT: Record<Viewer, string> = {
  new: "new: seen for the first time",
  cookie: "cookie: carry their viewer state",
  tv: "tv: a token, and no cookies",
};

export function viewerTables({ quality, tvTailoredShare }: ViewerReport): { title: string; table: Table }[] {
  const { at2T, at100T, retention } = quality;
  const row = (name: string, of: (at: AtPeak) => ByOrder, show = decimals): string[] => [
    name,
    ...[at2T, at100T].flatMap((at) => [show(of(at).withoutOrder), show(of(at).withOrder)]),
  ];
  const present = VIEWERS.filter((viewer) => at2T.viewers[viewer].share > 0);
  const tvs = tvTailoredShare === null ? "none" : formatShare(tvTailoredShare);
  return [
    {
      title: "The quality of a response in a spike: what it keeps of individual personalization",
      table: {
        head: ["all viewers", ...HEAD],
        rows: [
          row("tailored at the edge, from cookie and viewer map", (at) => at),
          row("from the cookie only", (at) => at.cookieOnly),
          row("cluster pages, nothing tailored", (at) => at.withoutTailoring),
          ...present.map((viewer) => row(ABOUT[viewer], ofViewer(viewer, "quality"))),
        ],
        align: ALIGN,
        note: `Individual ${retention.individual}, tailored ${retention.tailored}, cluster page ${retention.cluster}, as served (${retention.run}). Of new viewers the origin knows no more than their cluster's page, which loses nothing. Televisions' pages from the edge that were tailored, in the scenario above: ${tvs}.`,
      },
    },
    {
      title: "Answered individually by the origin",
      table: {
        head: ["viewers", ...HEAD],
        rows: present.map((viewer) => row(ABOUT[viewer], ofViewer(viewer, "individual"), formatShare)),
        align: ALIGN,
      },
    },
  ];
}

/** The figure of one kind of viewer. */
function ofViewer(viewer: Viewer, figure: keyof Quality): (at: AtPeak) => ByOrder {
  return (at) => ({
    withOrder: at.viewers[viewer].withOrder?.[figure] ?? 0,
    withoutOrder: at.viewers[viewer].withoutOrder?.[figure] ?? 0,
  });
}

function decimals(value: number): string {
  return value.toFixed(3);
}
