/**
 * Editorial pins: items or a titled carousel for everybody, or for visitors with certain signals, from one
 * time until another. Pages are stored without pins, and the matching pins are laid over a page when it is
 * served. So one write changes a thousand clusters' pages, and a pin by campaign reaches its visitors even
 * when no cluster splits by campaign (docs/decisions/0002-pins-are-an-overlay.md).
 */
import * as z from "zod/mini";
import {
  compileCondition,
  conditionSchema,
  matches,
  type CompiledCondition,
  type Condition,
} from "../routing/condition.ts";
import { pageItemsSchema, restrictionShape, type Carousel, type PageItem } from "./page.ts";
import { clockOffset, generationNumber } from "./plausible.ts";
import type { Restriction } from "./restrictions.ts";
import type { Signals } from "../signals/signals.ts";
import { instantSchema as instant } from "./time-schema.ts";
import { textSchema } from "./text.ts";
import { CONTEXT_ID, isId } from "./wire.ts";
import { NOTHING_WITHHELD, type Withheld } from "./withheld.ts";
import { checkedBy, type Checked } from "./zod-issues.ts";

const pinId = z.string().check(z.regex(/^[a-z0-9._-]{1,64}$/, "must match [a-z0-9._-]{1,64}"));
const pinContexts = z
  .array(z.string().check(z.regex(CONTEXT_ID, "must be a page, such as homepage")))
  .check(z.minLength(1, "must name a page"), z.maxLength(16, "must name at most 16 pages"));
const pinTitle = textSchema(1, 120);
const MAX_PIN_ITEMS = 40;
const MAX_PINS = 200;

const pinSchema = z.strictObject({
  id: pinId,
  /** When absent, the pin is for everybody. */
  when: z.optional(conditionSchema),
  /** Inclusive. When absent, the pin begins now. */
  from: z.optional(instant),
  /** Exclusive. When absent, the pin stays until it is replaced. */
  until: z.optional(instant),
  contexts: z._default(pinContexts, ["homepage"]),
  /**
   * With a title, the items are a carousel of their own. Without one, they lead the page's first carousel.
   */
  title: z.optional(
    pinTitle.check(
      z.refine(
        // U+202D and U+202E turn whatever stands behind them on the page.
        (title) => !/[\p{Cc}\u202D\u202E]/u.test(title),
        "must hold no control characters, and none that override the direction of writing",
      ),
    ),
  ),
  items: z.array(z.string().check(z.refine(isId, "must be an item id"))).check(
    z.minLength(1, "must name an item"),
    z.maxLength(MAX_PIN_ITEMS, `must name at most ${MAX_PIN_ITEMS} items`),
    z.refine((items) => new Set(items).size === items.length, "must not name an item twice"),
  ),
});

/** No two pins have one id, and each one's time ends after it begins. `keys` name the fields of its times. */
function soundPins<AnyPin extends { readonly id: string }>(
  keys: { readonly until: string },
  timesOf: (pin: AnyPin) => { readonly fromMs: number; readonly untilMs: number },
) {
  return z.superRefine<AnyPin[]>((pins, context) => {
    const ids = new Set<string>();
    pins.forEach((pin, at) => {
      const refuse = (key: string, message: string): void =>
        context.addIssue({ code: "custom", path: [at, key], message, input: pin });
      if (ids.has(pin.id)) refuse("id", "is the id of another pin");
      ids.add(pin.id);
      const { fromMs, untilMs } = timesOf(pin);
      if (fromMs >= untilMs) refuse(keys.until, "must be later than from");
    });
  });
}

/** Body of `PUT /editorial/pins`: the complete set, which replaces the one before it. */
export const pinsSchema = z.strictObject({
  pins: z.array(pinSchema).check(
    z.maxLength(MAX_PINS, `must be at most ${MAX_PINS} pins`),
    soundPins({ until: "until" }, ({ from, until }) => ({
      fromMs: from === undefined ? -Infinity : Date.parse(from),
      untilMs: until === undefined ? Infinity : Date.parse(until),
    })),
  ),
});
export type Pin = z.infer<typeof pinSchema>;

/** A pin as it is published: with its items' content, and without the items that may not be shown. */
export type PublishedPin = {
  readonly id: string;
  readonly when: Condition;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly contexts: readonly string[];
  readonly title?: string;
  readonly items: readonly PageItem[];
};

/** The `editorial` document in KV. */
export type Editorial = {
  readonly version: number;
  /**
   * Added to the real clock this gives the content's clock. It is other than 0 only in the demo, which plays
   * in July 2026.
   */
  readonly clockOffsetMs: number;
  readonly pins: readonly PublishedPin[];
  /**
   * The ids of items that pages in KV may still have and that must not be shown any more. The list is short
   * or empty but for the time until a cycle has written these pages again.
   */
  readonly hidden: readonly string[];
  /** In the same way, the items whose restrictions have changed: these hold, and not those on pages. */
  readonly restricted: readonly ChangedRestriction[];
};

export type ChangedRestriction = Restriction & { readonly id: string };

/** What a `Date` can hold. */
const dateMs = z.number().check(z.gte(-8.64e15), z.lte(8.64e15));

const MAX_HIDDEN = 50_000;

const itemId = z.string().check(z.refine(isId));

const editorialSchema = z.object({
  version: generationNumber,
  /** An origin of an earlier release sends none. */
  hidden: z._default(z.array(itemId).check(z.maxLength(MAX_HIDDEN)), []),
  restricted: z._default(
    z.array(z.object({ id: itemId, ...restrictionShape })).check(z.maxLength(MAX_HIDDEN)),
    [],
  ),
  clockOffsetMs: clockOffset,
  pins: z
    .array(
      z.object({
        id: pinId,
        when: conditionSchema,
        fromMs: z.optional(dateMs),
        untilMs: z.optional(dateMs),
        contexts: pinContexts,
        title: z.optional(pinTitle),
        items: pageItemsSchema.check(z.minLength(1), z.maxLength(MAX_PIN_ITEMS)),
      }),
    )
    .check(
      z.maxLength(MAX_PINS),
      soundPins({ until: "untilMs" }, ({ fromMs = -Infinity, untilMs = Infinity }) => ({ fromMs, untilMs })),
    ),
});

/** Checks what serving relies on. Never throws. */
export function parseEditorial(value: unknown): Checked<Editorial> {
  const checked = checkedBy(editorialSchema, value);
  return checked.ok ? { ok: true, value: checked.value as Editorial } : checked;
}

export type CompiledEditorial = {
  readonly version: number;
  readonly clockOffsetMs: number;
  /** Whether there is a pin for this context, whoever visits, and whenever. */
  readonly hasPins: (context: string) => boolean;
  readonly pinsFor: (signals: Partial<Signals>, context: string, nowMs: number) => readonly PublishedPin[];
} & Withheld;

export const NO_EDITORIAL: CompiledEditorial = {
  version: 0,
  clockOffsetMs: 0,
  hasPins: () => false,
  pinsFor: () => [],
  ...NOTHING_WITHHELD,
};

const NO_PINS: readonly PublishedPin[] = [];

export function compileEditorial(editorial: Editorial): CompiledEditorial {
  const byContext = new Map<string, { pin: PublishedPin; when: CompiledCondition }[]>();
  for (const pin of editorial.pins) {
    for (const context of pin.contexts) {
      const entry = { pin, when: compileCondition(pin.when) };
      byContext.set(context, [...(byContext.get(context) ?? []), entry]);
    }
  }
  return {
    version: editorial.version,
    clockOffsetMs: editorial.clockOffsetMs,
    hidden: new Set(editorial.hidden),
    restricted: new Map(editorial.restricted.map(({ id, ...restriction }) => [id, restriction])),
    hasPins: (context) => byContext.has(context),
    pinsFor: (signals, context, nowMs) => {
      const candidates = byContext.get(context);
      if (candidates === undefined) return NO_PINS;
      const contentNowMs = nowMs + editorial.clockOffsetMs;
      return candidates
        .filter(
          ({ pin, when }) =>
            contentNowMs >= (pin.fromMs ?? -Infinity) &&
            contentNowMs < (pin.untilMs ?? Infinity) &&
            matches(when, signals),
        )
        .map(({ pin }) => pin);
    },
  };
}

/** Lays `pins` over the carousels, in their order. No item is shown twice, and no carousel stays empty. */
export function overlayPins(
  carousels: readonly Carousel[],
  pins: readonly PublishedPin[],
): readonly Carousel[] {
  if (pins.length === 0) return carousels;
  const shown = new Set<string>();
  const unseen = (items: readonly PageItem[]): PageItem[] =>
    items.filter(({ id }) => !shown.has(id) && shown.add(id));
  const titled: Carousel[] = [];
  const leading: PageItem[] = [];
  for (const pin of pins) {
    const items = unseen(pin.items);
    if (pin.title === undefined) leading.push(...items);
    else titled.push({ id: `pin-${pin.id}`, title: pin.title, items });
  }
  const rest = carousels.map((carousel, at) => ({
    ...carousel,
    items: at === 0 ? [...leading, ...unseen(carousel.items)] : unseen(carousel.items),
  }));
  return [...titled, ...rest].filter(({ items }) => items.length > 0);
}
