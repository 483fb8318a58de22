/**
 * Decodes packed profiles into columns: one thread's chunk of the audience. It makes no object for a user or
 * an entry, since there are millions of them. Pure.
 */
import { MAX_VISITS, type Audience } from "@spillway/model/clusters/audience.ts";
import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";
import { countUsers, FACTS, type PackedPage } from "@spillway/model/profile/packed-page.ts";
import { createHistoryReader, type CatalogueTable } from "./read-audience-history.ts";
import { createSignalColumns } from "./read-audience-signals.ts";
import { stratifiedSample } from "./stratified-sample.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";

/**
 * Each chunk numbers the values of signals in the order in which it meets them, so that codes of two chunks
 * differ. `nowMs` is by the content's clock. Of a `share` below 1, only a stratified sample is decoded
 * (stratified-sample.ts).
 */
export function decodeProfiles(
  pages: readonly PackedPage[],
  table: CatalogueTable,
  nowMs: number,
  share = 1,
): Audience {
  const users = pages.reduce((sum, page) => sum + countUsers(page), 0);
  const historyBytes = pages.reduce((sum, { histories }) => sum + histories.length, 0);
  const entries = Math.floor(historyBytes / ENTRY_BYTES);
  const starts = sharedArray(Uint32Array, users + 1);
  const playEnds = sharedArray(Uint32Array, users);
  const rows = sharedArray(Uint32Array, entries);
  const values = sharedArray(Float32Array, entries);
  const visits = sharedArray(Uint8Array, users);
  const heldOut = sharedArray(Uint16Array, users);
  const rowids = sharedArray(Uint32Array, users);
  const columns = createSignalColumns(users);
  const history = createHistoryReader(table, nowMs);
  const isTaken = stratifiedSample(share);
  let user = 0;
  let at = 0;
  for (const { histories, signals, facts } of pages) {
    const view = new DataView(histories.buffer, histories.byteOffset, histories.byteLength);
    let [offset, json] = [0, 0];
    for (let fact = 0; fact < facts.length; fact += FACTS) {
      const [from, jsonFrom] = [offset, json];
      offset += facts[fact]!;
      json += facts[fact + 1]!;
      if (!isTaken(facts[fact]!)) continue;
      history.read(view, from, facts[fact]!);
      columns.set(user, signals, jsonFrom, json, history.recency(), history.depth());
      visits[user] = Math.min(MAX_VISITS, Math.max(1, facts[fact + 2]!));
      at = history.write(rows, values, at);
      playEnds[user] = at - history.writtenOthers();
      heldOut[user] = history.writtenHeldOut();
      rowids[user] = facts[fact + 3]!;
      user += 1;
      starts[user] = at;
    }
  }
  return {
    histories: {
      starts: starts.subarray(0, user + 1),
      playEnds: playEnds.subarray(0, user),
      rows: rows.subarray(0, at),
      values: values.subarray(0, at),
    },
    signals: columns.columns(user),
    visits: visits.subarray(0, user),
    heldOut: heldOut.subarray(0, user),
    rowids: rowids.subarray(0, user),
  };
}
