/** Makes the table of items that serving needs, by row of the model, on shared memory. */
import { crc32 } from "node:zlib";
import { restrictionClasses, type Restriction } from "@spillway/shared/protocol/restrictions.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { traitsOf } from "@spillway/model/profile/profile-signals.ts";
import { toPageItem, type ItemTexts } from "@spillway/model/pages/page-item.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";

export type ItemTable = ItemTexts & {
  /** NaN where it is unknown. */
  readonly publishedMs: Float64Array;
  /** 1 for a hub. A hub is visited again and again, so that it is recommended also after it was watched. */
  readonly hubs: Uint8Array;
  /** Which of `restrictions` is each item's. */
  readonly restrictionClass: Uint16Array;
  readonly restrictions: readonly Restriction[];
};

export function itemTable(items: readonly Item[]): ItemTable {
  const texts = items.map((item) => Buffer.from(JSON.stringify(toPageItem(item))));
  const starts = new Uint32Array(items.length + 1);
  let end = 0;
  texts.forEach((text, row) => {
    end += text.length;
    starts[row + 1] = end;
  });
  const { classOf, classes } = restrictionClasses(items);
  return {
    bytes: toShared(new Uint8Array(Buffer.concat(texts))),
    starts: toShared(starts),
    checksums: toShared(Uint32Array.from(texts, (text) => crc32(text))),
    publishedMs: toShared(Float64Array.from(items, (item) => traitsOf(item).publishedMs ?? Number.NaN)),
    hubs: toShared(Uint8Array.from(items, ({ kind }) => (kind === "hub" ? 1 : 0))),
    restrictionClass: toShared(classOf),
    restrictions: classes,
  };
}
