/**
 * Decodes packed profiles into columns: one thread's chunk of the audience. It makes no object for a user or
 * an entry, since there are millions of them. Pure.
 */
import { MAX_VISITS, type Audience } from "@spillway/model/clusters/audience.ts";
import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";
import type { PackedPage } from "@spillway/store/profiles/profile-ranges.ts";
import { createHistoryReader, type CatalogueTable } from "./read-audience-history.ts";
import { createSignalColumns, signalsParser } from "./read-audience-signals.ts";
import { stratifiedSample } from "./stratified-sample.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";

/**
 * `size` is an upper bound on the users and bytes of `pages`. Each chunk numbers the values of signals in the
 * order in which it meets them, so that codes of two chunks differ. `nowMs` is by the content's clock. Of a
 * `share` below 1, only a stratified sample is decoded (stratified-sample.ts).
 */
export function decodeProfiles(
  pages: Iterable<PackedPage>,
  size: { readonly users: number; readonly historyBytes: number },
  table: CatalogueTable,
  nowMs: number,
  share = 1,
): Audience {
  const entries = Math.floor(size.historyBytes / ENTRY_BYTES);
  const starts = sharedArray(Uint32Array, size.users + 1);
  const playEnds = sharedArray(Uint32Array, size.users);
  const rows = sharedArray(Uint32Array, entries);
  const values = sharedArray(Float32Array, entries);
  const visits = sharedArray(Uint8Array, size.users);
  const heldOut = sharedArray(Uint16Array, size.users);
  const rowids = sharedArray(Uint32Array, size.users);
  const signals = createSignalColumns(size.users);
  const parse = signalsParser();
  const history = createHistoryReader(table, nowMs);
  const isTaken = stratifiedSample(share);
  let user = 0;
  let at = 0;
  for (const page of pages) {
    const view = new DataView(page.histories.buffer, page.histories.byteOffset, page.histories.byteLength);
    let offset = 0;
    for (const [bytes, json, userVisits, rowid] of page.users) {
      const from = offset;
      offset += bytes;
      if (!isTaken(bytes)) continue;
      history.read(view, from, bytes);
      signals.set(user, parse(json), history.recency(), history.depth());
      visits[user] = Math.min(MAX_VISITS, Math.max(1, userVisits));
      at = history.write(rows, values, at);
      playEnds[user] = at - history.writtenOthers();
      heldOut[user] = history.writtenHeldOut();
      rowids[user] = rowid;
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
    signals: signals.columns(user),
    visits: visits.subarray(0, user),
    heldOut: heldOut.subarray(0, user),
    rowids: rowids.subarray(0, user),
  };
}
