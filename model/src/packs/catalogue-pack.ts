/**
 * The catalogue pack: all that laying a page out needs of the catalogue, by row. It has no time in it: what
 * may be shown at an instant, and in which carousels, follows from windows, so that pages stay right for as
 * long as the pack stands. Pure.
 */
import { ITEM_KINDS } from "@spillway/shared/protocol/catalogue.ts";
import { restrictionClasses, type Restriction } from "@spillway/shared/protocol/restrictions.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import type { PreparedContext } from "../pages/candidate-carousels.ts";
import { planCarousels } from "../pages/carousel-plan.ts";
import { toPageItem, type ItemTexts } from "../pages/page-item.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import { readHead } from "./catalogue-head.ts";
import { checkTexts, indexIds } from "./item-texts.ts";
import {
  areAscending,
  areBelow,
  areStarts,
  readPack,
  refused,
  writePack,
  type Sections,
} from "./pack-sections.ts";
import { rememberContexts } from "./remembered-contexts.ts";
import { createRowTable } from "./row-table.ts";

export type CataloguePack = {
  /** Row → items.seq, ascending. */
  readonly itemSeqs: Uint32Array;
  readonly rowOf: (seq: number) => number | undefined;
  /** Undefined also for what is taken down, which has no text. */
  readonly rowOfId: (id: string) => number | undefined;
  /** Each row as pages show it; empty for what is taken down. */
  readonly texts: ItemTexts;
  /** 1 for a hub. */
  readonly hubs: Uint8Array;
  /** Row → position in `restrictions`. */
  readonly restrictionClass: Uint16Array;
  readonly restrictions: readonly Restriction[];
  /**
   * The candidate carousels of each context at an instant of the content's clock, each over a table of its
   * own; those of prepareContexts (candidate-carousels.ts). They are remembered for a minute, or until some
   * item comes or goes.
   */
  readonly contextsAt: (contentNowMs: number) => ReadonlyMap<string, PreparedContext>;
  /** Whether `prepareAhead` has something to do. */
  readonly isDue: (contentNowMs: number) => boolean;
  /** To be called behind a response: the next request then finds what `contextsAt` would have to make. */
  readonly prepareAhead: (contentNowMs: number) => void;
  /** The memory of the pack and of what is remembered. */
  readonly bytes: () => number;
  /** The most that `bytes` can be. */
  readonly mostBytes: number;
};

/** "SCP" and the version of the form. */
const MAGIC = 0x53_43_50_01;

const FORMS = {
  itemSeqs: ["u32"],
  textStarts: ["u32"],
  availableFromMs: ["f64"],
  availableUntilMs: ["f64"],
  startsMs: ["f64"],
  publishedMs: ["f64"],
  matches: ["i32"],
  genres: ["i32"],
  starts: ["u32"],
  windowed: ["u32"],
  windowFromMs: ["f64"],
  windowUntilMs: ["f64"],
  members: ["u16"],
  restrictionClass: ["u16"],
  kinds: ["u8"],
  texts: ["u8"],
} as const;

const HUB = ITEM_KINDS.indexOf("hub");

/**
 * `catalogue` is in the order of the model's rows. The pack is right from `fromMs` on, by the content's
 * clock: of nearly all titles, the days in "new" are long over.
 */
export function buildCataloguePack(
  catalogue: readonly CatalogueEntry[],
  fromMs = -Infinity,
): Uint8Array<ArrayBuffer> {
  const items = catalogue.map(({ item }) => item);
  const { carousels, contexts, everything, ...plan } = planCarousels(PAGE_CONTEXTS, items, fromMs);
  const encoder = new TextEncoder();
  const texts = items.map((item) => encoder.encode(item.takenDown ? "" : JSON.stringify(toPageItem(item))));
  const textStarts = new Uint32Array(items.length + 1);
  texts.forEach(({ length }, row) => (textStarts[row + 1] = textStarts[row]! + length));
  const bytes = new Uint8Array(textStarts[items.length]!);
  texts.forEach((text, row) => bytes.set(text, textStarts[row]));
  const { classOf, classes } = restrictionClasses(items);
  return writePack(MAGIC, { carousels, contexts, everything, restrictions: classes }, FORMS, {
    ...plan,
    itemSeqs: Uint32Array.from(catalogue, ({ seq }) => seq),
    textStarts,
    restrictionClass: classOf,
    texts: bytes,
  });
}

/**
 * Checks all that scoring and layout rely on, and that a page composed of its texts is JSON. The result
 * stands on `bytes`. `before`: texts that this pack has too need no second look, which is nearly all of the
 * cost.
 */
export function readCataloguePack(bytes: Uint8Array, before?: CataloguePack): Checked<CataloguePack> {
  const pack = readPack(MAGIC, FORMS, bytes);
  if (!pack.ok) return pack;
  const { sections } = pack.value;
  const head = readHead(pack.value.head);
  if (!head.ok) return head;
  const { restrictions, ...carousels } = head.value;
  const wrong = wrongSection(sections, carousels.carousels.length, restrictions.length);
  if (wrong !== undefined) return refused("is not what serving relies on", wrong);
  const { itemSeqs, kinds, restrictionClass } = sections;
  const texts: ItemTexts = { starts: sections.textStarts, bytes: sections.texts };
  const checked = checkTexts(texts, itemSeqs, before);
  if (!checked.ok) return checked;
  const ids = indexIds(texts);
  if (ids === undefined) return refused("must have ids that are different", "texts");
  const remembered = rememberContexts({ ...sections, ...carousels });
  const rows = createRowTable(itemSeqs);
  const hubs = kinds.map((kind) => (kind === HUB ? 1 : 0));
  const ownBytes = bytes.byteLength + hubs.byteLength + rows.bytes + ids.bytes;
  return {
    ok: true,
    value: {
      itemSeqs,
      rowOf: rows.rowOf,
      rowOfId: ids.rowOf,
      texts,
      hubs,
      restrictionClass,
      restrictions,
      contextsAt: remembered.at,
      isDue: remembered.isDue,
      prepareAhead: remembered.prepareAhead,
      bytes: () => ownBytes + remembered.bytes(),
      mostBytes: ownBytes + remembered.mostBytes,
    },
  };
}

/** The name of the first section that is wrong. */
function wrongSection(
  sections: Sections<typeof FORMS>,
  carousels: number,
  restrictions: number,
): keyof typeof FORMS | undefined {
  const { itemSeqs, textStarts, texts, starts, members, windowed } = sections;
  const rows = itemSeqs.length;
  const byRow = [
    "availableFromMs",
    "availableUntilMs",
    "startsMs",
    "publishedMs",
    "matches",
    "genres",
  ] as const;
  if (!areAscending(itemSeqs)) return "itemSeqs";
  if (!areStarts(textStarts, rows, texts.length)) return "textStarts";
  for (const name of [...byRow, "kinds", "restrictionClass"] as const) {
    if (sections[name].length !== rows) return name;
  }
  if (!areBelow(sections.kinds, ITEM_KINDS.length)) return "kinds";
  if (!areBelow(sections.restrictionClass, restrictions)) return "restrictionClass";
  if (!areStarts(starts, rows, members.length)) return "starts";
  if (!areMembers(starts, members, carousels)) return "members";
  if (!areAscending(windowed) || !areBelow(windowed, members.length)) return "windowed";
  if (sections.windowFromMs.length !== windowed.length) return "windowFromMs";
  if (sections.windowUntilMs.length !== windowed.length) return "windowUntilMs";
  return isShownWithText(sections) ? undefined : "texts";
}

/** Whether each row's carousels exist and ascend, so that no row stands twice in one of them. */
function areMembers(starts: Uint32Array, members: Uint16Array, carousels: number): boolean {
  if (!areBelow(members, carousels)) return false;
  for (let row = 0; row + 1 < starts.length; row += 1) {
    for (let at = starts[row]! + 1; at < starts[row + 1]!; at += 1) {
      if (members[at - 1]! >= members[at]!) return false;
    }
  }
  return true;
}

/** Whether every row that may be shown at some time has a text. */
function isShownWithText(sections: Sections<typeof FORMS>): boolean {
  const { textStarts, availableFromMs, availableUntilMs } = sections;
  for (let row = 0; row + 1 < textStarts.length; row += 1) {
    const isEmpty = textStarts[row] === textStarts[row + 1];
    if (isEmpty && availableFromMs[row]! < availableUntilMs[row]!) return false;
  }
  return true;
}
