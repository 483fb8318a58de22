/** Writes the viewer map of the synthetic audience, as the pipeline does between two cycles. */
import { createViewerMap } from "@spillway/origin/pipeline/viewers/viewer-map.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { CycleBench } from "./cycle-bench.ts";

export type ViewerMapWriting = {
  readonly seconds: number;
  readonly cpuS: number;
  readonly users: number;
  readonly shards: number;
  readonly bytes: number;
  readonly medianBytes: number;
  readonly p99Bytes: number;
  /** Keys that had changed. */
  readonly writes: number;
};

export type ViewerMapBench = {
  /** Call it after a cycle, the clock an hour on since the last call. */
  readonly write: () => Promise<ViewerMapWriting>;
};

export const VIEWER_MAP_CADENCE_S = 3600;

export function createViewerMapBench(bench: CycleBench): ViewerMapBench {
  const { database, kv } = bench;
  const map = createViewerMap({
    database,
    kv,
    now: () => bench.clockMs,
    hashUser: createUserHash("the key of a benchmark"),
    cadenceMs: VIEWER_MAP_CADENCE_S * 1000,
    maxUsers: Number.MAX_SAFE_INTEGER,
  });
  return {
    write: async () => {
      const startMs = performance.now();
      const cpu = process.cpuUsage();
      const report = await map.write(bench.refreshState().learned, () => true);
      if (report === undefined) throw new Error("no writing of the viewer map was due");
      const { user, system } = process.cpuUsage(cpu);
      const seconds = (performance.now() - startMs) / 1000;
      console.error(`viewer map: ${seconds.toFixed(1)} s, ${report.writes} keys written`);
      const { users, shards, bytes, medianBytes, p99Bytes, writes } = report;
      return { seconds, cpuS: (user + system) / 1e6, users, shards, bytes, medianBytes, p99Bytes, writes };
    },
  };
}
