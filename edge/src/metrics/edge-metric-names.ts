/**
 * The metrics of an isolate: their names, labels and texts. docs/operate/monitoring.md is made from them too.
 */

/**
 * What stands behind `spillway_edge_`, the labels beside `isolate`, and what it is. Names that end in
 * `_total` count up.
 */
export const EDGE_METRICS = {
  served_total: [["served", "reason"], "Pages served, by rung and reason."],
  forwards_total: [["outcome"], "Requests forwarded to the origin that have ended, by whether it answered."],
  forwards_in_flight: [[], "Requests forwarded to the origin that have not ended."],
  demand_per_second: [[], "Requests that would like an individual page."],
  credit_per_second: [
    [],
    "How many of them the origin lets this isolate forward; +Inf while it is under its threshold.",
  ],
  origin_down: [[], "1 while the origin is taken for gone, and is not asked."],
  failures_total: [["failure"], "What went wrong; /health has the last text of each."],
  kv_reads_total: [[], "Reads of KV, those that a cache near by answers included."],
  serving_log_calls_total: [[], "Calls counted for the serving log."],
  serving_log_lost_total: [[], "Calls that the serving log has lost."],
  sample_recorded_total: [[], "Requests recorded for the sample."],
  sample_taken_total: [[], "Tuples handed over from the sample."],
  viewer_states_total: [["outcome"], "Viewer states that came and were set."],
  memory_bytes: [["part"], "What is kept in memory."],
  pages: [[], "Stored pages in memory."],
  routing_version: [[], "The version of the routing that is obeyed; 0 before one was read."],
  index_generation: [[], "The generation of the cluster index; 0 before one was read."],
  started_timestamp_seconds: [[], "When this isolate began to serve, in seconds since 1970."],
} as const;

/** Stands behind each text, since every figure is often taken for the fleet's. */
export const OF_ONE_ISOLATE = "Of this isolate alone.";
export const EDGE_PREFIX = "spillway_edge_";
