/**
 * What an audience would see: the stored page of its cluster, with pins that need not be in force, at any
 * time.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { compileClusterIndex, type ClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { overlayPins, type Pin, type PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { mayBeShownTo, type Audience } from "@spillway/shared/protocol/restrictions.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { compileCondition, matches } from "@spillway/shared/routing/condition.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import { toPageItem } from "@spillway/model/pages/page-item.ts";

export type PreviewDeps = {
  readonly index: ClusterIndex | undefined;
  /** JSON of a stored page's carousels; undefined where there is no such page. */
  readonly pageOf: (context: string, cluster: string) => string | undefined;
  readonly itemOf: (id: string) => Item | undefined;
};

export type PreviewOf = {
  readonly context: string;
  readonly signals: Signals;
  readonly audience: Audience;
  /** By the content's clock. */
  readonly atMs: number;
};

export type PinSeen = { readonly id: string; readonly isShown: boolean; readonly reason: string };

export type Preview = {
  readonly cluster: string;
  /** Whose stored page it is: the cluster's, an ancestor's, or nobody's yet. */
  readonly pageOf: string | undefined;
  readonly pins: readonly PinSeen[];
  readonly carousels: readonly Carousel[];
};

export function previewPins(pins: readonly Pin[], of: PreviewOf, deps: PreviewDeps): Preview {
  const { atMs, audience } = of;
  const isShown = (id: string): boolean => {
    const item = deps.itemOf(id);
    return item !== undefined && isAvailable(item, atMs) && mayBeShownTo(item, audience);
  };
  const { cluster, pageOf, carousels } = storedPage(of, deps);
  const visible = carousels
    .map((carousel) => ({ ...carousel, items: carousel.items.filter(({ id }) => isShown(id)) }))
    .filter(({ items }) => items.length > 0);
  const judged = pins.map((pin) => {
    const verdict = judge(pin, of, isShown);
    return verdict.isShown && pin.title === undefined && visible.length === 0
      ? { pin, ...hiddenFor("finds no carousel on this page that it could lead") }
      : { pin, ...verdict };
  });
  const shown = judged.flatMap(({ pin, isShown: applies }): PublishedPin[] =>
    applies ? [published(pin, pin.items.filter(isShown), deps)] : [],
  );
  return {
    cluster,
    pageOf,
    pins: judged.map(({ pin, isShown: applies, reason }) => ({ id: pin.id, isShown: applies, reason })),
    carousels: overlayPins(visible, shown),
  };
}

/** Why a pin is on the page, or why not. */
function judge(
  pin: Pin,
  { context, signals, atMs }: PreviewOf,
  isItemShown: (id: string) => boolean,
): { readonly isShown: boolean; readonly reason: string } {
  if (!pin.contexts.includes(context)) return hiddenFor(`is for ${pin.contexts.join(", ")}`);
  if (pin.from !== undefined && atMs < Date.parse(pin.from)) return hiddenFor(`begins at ${pin.from}`);
  if (pin.until !== undefined && atMs >= Date.parse(pin.until)) return hiddenFor(`was over at ${pin.until}`);
  if (!matches(compileCondition(pin.when ?? {}), signals))
    return hiddenFor(`is for ${JSON.stringify(pin.when)}`);
  const items = pin.items.filter(isItemShown);
  if (items.length === 0) return hiddenFor("none of its items may be shown to this audience at this time");
  const hidden = pin.items.length - items.length;
  const without = hidden === 0 ? "" : `, without ${hidden} that may not be shown`;
  const place = pin.title === undefined ? "leads the first carousel" : "is a carousel on top";
  return {
    isShown: true,
    reason: `${place} with ${counted(items.length, "item")}${without}`,
  };
}

function hiddenFor(reason: string): { readonly isShown: false; readonly reason: string } {
  return { isShown: false, reason };
}

function published(
  { id, when = {}, contexts, title }: Pin,
  items: readonly string[],
  { itemOf }: PreviewDeps,
): PublishedPin {
  return {
    id,
    when,
    contexts,
    ...(title !== undefined && { title }),
    items: items.flatMap((item) => {
      const known = itemOf(item);
      return known === undefined ? [] : [toPageItem(known)];
    }),
  };
}

/** The cluster's page, or that of its nearest ancestor that has one. */
function storedPage(
  { context, signals }: PreviewOf,
  { index, pageOf }: PreviewDeps,
): {
  readonly cluster: string;
  readonly pageOf: string | undefined;
  readonly carousels: readonly Carousel[];
} {
  const own = index === undefined ? undefined : compileClusterIndex(index).assign(signals);
  const cluster = own?.id ?? GENERIC_CLUSTER;
  for (let at = own; at !== undefined; at = at.parent) {
    const json = pageOf(context, at.id);
    // The cast is safe: this JSON is our own.
    if (json !== undefined) return { cluster, pageOf: at.id, carousels: JSON.parse(json) as Carousel[] };
  }
  return { cluster, pageOf: undefined, carousels: [] };
}
