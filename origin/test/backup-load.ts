/**
 * For tests: writes to a data folder until it is killed, as the role says. `write` stores event after event,
 * and after each one a report in the serving log; `fold` folds them.
 *
 * Each event has a user of its own. So at any moment there are as many reports as events or one less, no
 * event is missing between two others, and there are as many profiles as events up to the fold cursor.
 */
import { join } from "node:path";
import { openDatabase } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { itemSeqById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { foldNewEvents } from "../src/pipeline/ingest/fold-events.ts";
import { openServingLog } from "../src/serving-log/serving-log.ts";

const [folder = "", role = ""] = process.argv.slice(2);
const database = openDatabase(join(folder, "spillway.db"), { durability: "normal" });
const servingLog = openServingLog(join(folder, "serving-log.db"));

if (role === "fold") {
  for (;;) {
    foldNewEvents(database, { seqOfItem: (id) => itemSeqById(database, id), clockOffsetMs: 0 }, 1);
    // The other one gets its turn at the write lock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
  }
}

upsertItems(
  database,
  [{ id: "film", title: "The film", kind: "movie", genres: [], teams: [], takenDown: false }],
  "import",
  1,
);
for (let number = 0; ; number += 1) {
  const user = `user-${number}`;
  insertEvents(
    database,
    [{ id: `event-${number}`, user, type: "play", item: "film", timeMs: number }],
    number,
  );
  servingLog.store(
    {
      isolate: "i",
      sequence: number,
      part: 0,
      parts: 1,
      totals: { calls: 1, lost: 0 },
      records: [
        {
          user: number.toString(16).padStart(16, "0"),
          minute: 1,
          context: "homepage",
          as: "cluster",
          reason: "over-threshold",
          cluster: "c",
          country: "ES",
          network: "n",
          agent: "tv",
          calls: 1,
          version: 1,
          slow: 0,
        },
      ],
    },
    number,
  );
  if (number === 100) process.stdout.write("writing\n");
}
