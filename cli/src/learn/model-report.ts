/** Describes the stored item–item models by their counts of items and weights. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import * as z from "zod/mini";
import { beginsWith } from "@spillway/model/pages/refresh-state.ts";
import { unpackModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { Database } from "@spillway/store/database.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";
import { allItems, countItems } from "@spillway/store/catalogue/items.ts";
import { getModel, IMPORTED_MODEL, ITEM_MODEL } from "@spillway/store/pages/models.ts";

type Counts = {
  readonly items: number;
  readonly weights: number;
  /** How many weights lead to one item. */
  readonly perItem: { readonly least: number; readonly median: number; readonly most: number };
  /** How many items no weight leads to. They score 0 for every user. */
  readonly unreachedItems: number;
};

export type ModelsReport = {
  /** The model of the newest cycle. It is null before the first cycle. */
  readonly served:
    | (Counts & { readonly trainer: string; readonly training: string; readonly generation: number })
    | null;
  /** Refresh cycles use it instead of training, as long as it fits the present catalogue (`usable`). */
  readonly imported: (Counts & { readonly usable: boolean }) | null;
  readonly catalogueItems: number;
};

const cycleSchema = z.object({ trainer: z.string(), training: z.optional(z.string()) });

export function describeModels(database: Database): ModelsReport {
  const stored = getModel(database, ITEM_MODEL);
  const model = stored && unpackModel(stored.packed);
  const { data: cycle } = cycleSchema.safeParse(JSON.parse(latestDoneGeneration(database)?.report ?? "null"));
  const imported = importedModel(database);
  return {
    served:
      stored === undefined || model === undefined
        ? null
        : {
            trainer: cycle?.trainer ?? "unknown",
            training: cycle?.training ?? "",
            generation: stored.generation,
            ...countsOf(model),
          },
    imported:
      imported === undefined
        ? null
        : { usable: beginsWith(allItems(database), imported.itemSeqs), ...countsOf(imported) },
    catalogueItems: countItems(database),
  };
}

function importedModel(database: Database): ItemModel | undefined {
  const packed = getModel(database, IMPORTED_MODEL)?.packed;
  return packed && unpackModel(packed);
}

function countsOf({ itemSeqs, columns }: ItemModel): Counts {
  const into = new Uint32Array(itemSeqs.length);
  for (const column of columns) into[column] = (into[column] ?? 0) + 1;
  const sorted = into.toSorted();
  return {
    items: itemSeqs.length,
    weights: columns.length,
    perItem: {
      least: sorted[0] ?? 0,
      median: sorted[sorted.length >> 1] ?? 0,
      most: sorted.at(-1) ?? 0,
    },
    unreachedItems: sorted.filter((count) => count === 0).length,
  };
}

export function formatModels({ served, imported, catalogueItems }: ModelsReport): string {
  const lines =
    served === null
      ? ["There is no model yet; the first refresh cycle trains one. To run one now: pnpm spillway publish"]
      : [
          `Trainer     ${served.trainer}${served.training === "" ? "" : ` (${served.training})`}`,
          `Generation  ${served.generation}`,
          ...countLines(served),
        ];
  if (imported !== null) {
    const use = imported.usable
      ? "refresh cycles use it instead of training"
      : `it is not used, because it does not fit the present catalogue of ${counted(catalogueItems, "item")}`;
    lines.push("", `Imported matrix: ${use}`, ...countLines(imported));
  }
  return lines.join("\n");
}

function countLines({ items, weights, perItem, unreachedItems }: Counts): string[] {
  const { least, median, most } = perItem;
  return [
    `Items       ${items}${unreachedItems === 0 ? "" : `, ${unreachedItems} of them without any weight`}`,
    `Weights     ${weights}; ${least} to ${most} per target item, median ${median}`,
  ];
}
