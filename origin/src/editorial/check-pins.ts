/** Whether the names in pins are known: contexts, and items of the catalogue. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";

export function unknownNames(database: Database, pins: readonly Pin[]): Issue[] {
  return pins.flatMap((pin, at) => [
    ...pin.contexts.flatMap((context, position) =>
      PAGE_CONTEXTS.some((known) => known === context)
        ? []
        : [{ key: `pins[${at}].contexts[${position}]`, reason: `must be of ${PAGE_CONTEXTS.join(", ")}` }],
    ),
    ...pin.items.flatMap((id, position) =>
      itemById(database, id) === undefined
        ? [
            {
              key: `pins[${at}].items[${position}]`,
              reason: `no item ${JSON.stringify(id)} in the catalogue`,
            },
          ]
        : [],
    ),
  ]);
}
