/**
 * The origin's own serving log as a source of traffic, with keyed hashes for users, prefixes for networks and
 * whole minutes for times.
 */
import { AGENT_CLASSES } from "@spillway/shared/protocol/serving-log.ts";
import type { ServingLogReader } from "@spillway/shared/protocol/serving-records.ts";
import type { Calendar } from "./calendar.ts";
import type { TrafficSource } from "./traffic-source.ts";

const DAY_S = 86_400;

/** `onProgress` receives how many of the log's days have been read. */
export function servingLogSource(
  log: Pick<ServingLogReader, "days" | "eachOfDay" | "names" | "networks">,
  { startS, endS }: Calendar,
  onProgress: (done: number, total: number) => void,
): TrafficSource {
  return {
    name: "the serving log",
    readInto: (sink) => {
      const days = log.days().filter((day) => day * DAY_S < endS && (day + 1) * DAY_S > startS);
      const categories = numbered(log.names(), sink.categories.ofText);
      const networks = numbered(log.networks(), sink.networks.ofText);
      const agents = AGENT_CLASSES.map((name) => sink.agents.ofText(name));
      const unknown = sink.networks.ofText("");
      const other = sink.categories.ofText("other");
      const users = userNumbers(sink.users.of);
      let rows = 0;
      for (const [at, day] of days.entries()) {
        log.eachOfDay(
          day,
          (high, low, minute, _as, _reason, calls, context, _cluster, _country, network, agent) => {
            rows += 1;
            sink.take(
              day * DAY_S + minute * 60,
              users(high, low),
              networks.get(network) ?? unknown,
              agents[agent] ?? 0,
              categories.get(context) ?? other,
              // Batches of events have the category `events`, which counts as POST anyway.
              false,
              calls,
            );
          },
        );
        onProgress(at + 1, days.length);
      }
      return Promise.resolve({ rows, badRowCount: 0, badRows: [], notices: [] });
    },
  };
}

function numbered(
  names: ReadonlyMap<number, string>,
  numberOf: (text: string) => number,
): Map<number, number> {
  return new Map([...names].map(([number, name]) => [number, numberOf(name)]));
}

/** Writes a hash's 16 hexadecimal digits as bytes, without creating a string. */
function userNumbers(
  numberOf: (bytes: Uint8Array, from: number, to: number) => number,
): (high: number, low: number) => number {
  const digits = new TextEncoder().encode("0123456789abcdef");
  const text = new Uint8Array(16);
  const write = (half: number, from: number): void => {
    for (let at = 0; at < 8; at += 1) text[from + at] = digits[(half >>> (28 - 4 * at)) & 15]!;
  };
  return (high, low) => {
    write(high, 0);
    write(low, 8);
    return numberOf(text, 0, 16);
  };
}
