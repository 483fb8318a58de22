/** A report of the serving log → queue messages: addresses are cut to networks. */
import {
  packServingReport,
  type PackedServingReport,
  type ServingRecord,
} from "@spillway/shared/protocol/serving-log.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { orLate } from "../or-late.ts";
import { networkOf } from "../request/network.ts";
import type { Failures } from "../failures.ts";
import type { CountedCall, UnsentReport } from "./serving-log.ts";

/** A message may hold 128 KB. A record takes some 50 bytes, and its names more. */
export const RECORDS_PER_MESSAGE = 500;
/** In a message, a sample takes as much room as so many records. */
const PLACES_OF_A_SAMPLE = 250;

export type ServingSinkDeps = {
  readonly queue: {
    readonly sendBatch: (messages: { body: PackedServingReport }[]) => Promise<unknown>;
  };
  readonly failures: Failures;
  readonly deadlineMs: number;
};

/** True once the queue holds all of the report. */
export function createServingSink({ queue, failures, deadlineMs }: ServingSinkDeps) {
  return async ({ head, calls, tuples }: UnsentReport): Promise<boolean> => {
    try {
      const records = calls.map(toRecord);
      // The last part has the fewest records, and so room for the sample.
      const places = records.length + (tuples.length > 0 ? PLACES_OF_A_SAMPLE : 0);
      const parts = Math.ceil(places / RECORDS_PER_MESSAGE);
      const messages = Array.from({ length: parts }, (_, part) => {
        const own = records.slice(part * RECORDS_PER_MESSAGE, (part + 1) * RECORDS_PER_MESSAGE);
        const sample = tuples.length > 0 && part === parts - 1 ? { tuples } : {};
        return { body: packServingReport({ ...head, part, parts, records: own, ...sample }) };
      });
      const sent = queue.sendBatch(messages).then(() => true);
      if (await orLate(sent, deadlineMs, false)) return true;
      failures.count("queue-send", `serving log: longer than ${deadlineMs} ms`);
    } catch (error) {
      failures.count("queue-send", `serving log: ${reasonOf(error)}`);
    }
    return false;
  };
}

function toRecord({ address, ...call }: CountedCall): ServingRecord {
  return { ...call, network: networkOf(address) };
}
