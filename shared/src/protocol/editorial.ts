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
import type { Carousel, PageItem } from "./page.ts";
import type { Signals } from "../signals/signals.ts";
import { instantSchema as instant } from "./time-schema.ts";
import { CONTEXT_ID, isId } from "./wire.ts";

const pinSchema = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9._-]{1,64}$/, "must match [a-z0-9._-]{1,64}")),
  /** When absent, the pin is for everybody. */
  when: z.optional(conditionSchema),
  /** Inclusive. When absent, the pin begins now. */
  from: z.optional(instant),
  /** Exclusive. When absent, the pin stays until it is replaced. */
  until: z.optional(instant),
  contexts: z._default(
    z.array(z.string().check(z.regex(CONTEXT_ID))).check(z.minLength(1), z.maxLength(16)),
    ["homepage"],
  ),
  /**
   * With a title, the items are a carousel of their own. Without one, they lead the page's first carousel.
   */
  title: z.optional(z.string().check(z.minLength(1), z.maxLength(120))),
  items: z.array(z.string().check(z.refine(isId, "must be an item id"))).check(
    z.minLength(1),
    z.maxLength(40),
    z.refine((items) => new Set(items).size === items.length, "must not name an item twice"),
  ),
});

/** Body of `PUT /editorial/pins`: the complete set, which replaces the one before it. */
export const pinsSchema = z.strictObject({
  pins: z.array(pinSchema).check(
    z.maxLength(200),
    z.superRefine((pins, context) => {
      pins.forEach((pin, at) => {
        if (pins.findIndex(({ id }) => id === pin.id) < at) {
          context.addIssue({
            code: "custom",
            path: [at, "id"],
            message: "is the id of another pin",
            input: pin,
          });
        }
        if (
          pin.from !== undefined &&
          pin.until !== undefined &&
          Date.parse(pin.from) >= Date.parse(pin.until)
        ) {
          context.addIssue({
            code: "custom",
            path: [at, "until"],
            message: "must be later than from",
            input: pin,
          });
        }
      });
    }),
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
};

const editorialSchema = z.object({
  version: z.int(),
  clockOffsetMs: z.number(),
  pins: z.array(
    z.object({
      id: z.string(),
      when: conditionSchema,
      fromMs: z.optional(z.number()),
      untilMs: z.optional(z.number()),
      contexts: z.array(z.string()),
      title: z.optional(z.string()),
      items: z.array(z.looseObject({ id: z.string(), title: z.string(), kind: z.string() })),
    }),
  ),
});

/** Returns the document in `value`, or undefined when it is invalid. Never throws. */
export function parseEditorial(value: unknown): Editorial | undefined {
  const parsed = editorialSchema.safeParse(value);
  return parsed.success ? (parsed.data as Editorial) : undefined;
}

export type CompiledEditorial = {
  readonly version: number;
  readonly clockOffsetMs: number;
  readonly pinsFor: (signals: Partial<Signals>, context: string, nowMs: number) => readonly PublishedPin[];
};

export const NO_EDITORIAL: CompiledEditorial = { version: 0, clockOffsetMs: 0, pinsFor: () => [] };

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
