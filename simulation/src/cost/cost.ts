/**
 * What a month costs in which every day is as the measured one, and what pre-provisioning for its peak would.
 * Pure.
 */
import { READ_CYCLE_S, type Usage } from "./usage.ts";
import type { Prices } from "./prices.ts";

export type CostOptions = {
  readonly prices: Prices;
  /** Days like this in a month. */
  readonly days: number;
  /** Whether a month is made of whole days where only a part of the time was measured. */
  readonly extrapolates: boolean;
  /** Of the edge a request, in milliseconds; undefined: as `bench edge` measured, by rung. */
  readonly cpuMs: number | undefined;
  /** Reads of KV in the measured time; undefined: estimated. */
  readonly kvReads: number | undefined;
  /** Individual answers a second that an instance of the origin gives. */
  readonly perInstance: number;
  /** Individual answers a second that the origin is set to give at that time. */
  readonly thresholdAt: (ms: number) => number;
};

/** `measured` from what the origin stores, `computed` from that, or `assumed`: from elsewhere. */
export type Basis = "measured" | "computed" | "assumed";

export type CostLine = {
  readonly what: keyof Omit<Prices, "plan" | "instanceHour">;
  /** In the measured time, and in a month of it. */
  readonly used: number;
  readonly month: number;
  readonly usd: number;
  readonly basis: Basis;
  readonly from: string;
};

export type PreProvisioning = {
  /** Pages a second in the worst minute. */
  readonly peakPerSec: number;
  readonly peakAt: string;
  /** Instances that the threshold needs, which run in any case, and those for the peak. */
  readonly baseInstances: number;
  readonly peakInstances: number;
  /** From before the first minute over the threshold until after the last one. */
  readonly hours: number;
  /** Instance hours beyond the base, in the measured time and in a month of it. */
  readonly instanceHours: number;
  readonly monthInstanceHours: number;
  readonly usd: number;
};

export type CostReport = {
  readonly from: string;
  readonly until: string;
  readonly days: number;
  /** Hours of that time in which there was anything to measure, where `month` is extrapolated from them. */
  readonly extrapolatedFromHours: number | null;
  readonly pages: number;
  readonly eventPosts: number;
  readonly callsMissing: number;
  readonly isolates: number;
  readonly lines: readonly CostLine[];
  readonly planUsd: number;
  /** Of a month, with the plan. */
  readonly usd: number;
  /** Null where nothing was over the threshold. */
  readonly preProvisioning: PreProvisioning | null;
};

/**
 * `bench edge` on two shared cores (docs/benchmarks.md, A page at the edge), in milliseconds of processor a
 * page.
 */
const BENCH_CPU_MS = { page: 0.163, tailored: 0.463 };
/** `bench origin`, closed loop, one process (docs/benchmarks.md, Individual answers). */
export const BENCH_PER_INSTANCE = 559;
/** As the rehearsal's strategies have them (simulation/src/strategies/flags.ts). */
const PREPARED = { hpaTarget: 0.8, beforeS: 1800, afterS: 1800 };

/** Written, read and acknowledged. */
const OPERATIONS_PER_MESSAGE = 3;
/**
 * Index, routing, pins, erasures and versions of the packs; the list of suspects is read every tenth time.
 */
const DOCUMENTS_A_CYCLE = 5.1;
/** … and the list of suspects and two packs. */
const DOCUMENTS_AT_START = 8;
/** An isolate asks the watch for 20 s at a time. */
const WATCH_CALLS_A_MINUTE = 3;
const OBJECT_GB = 0.128;
const MINUTE_MS = 60_000;
/** What was served came up to a minute before its first report. */
const NEARLY_WHOLE = 1.01;

export function costOf(usage: Usage, options: CostOptions): CostReport {
  const { prices, days } = options;
  const wholes = wholesOf(usage, options);
  const lines = linesOf(usage, options);
  const total = lines.reduce((sum, { usd }) => sum + usd, prices.plan);
  return {
    from: new Date(usage.fromMs).toISOString(),
    until: new Date(usage.untilMs).toISOString(),
    days,
    extrapolatedFromHours: wholes === 1 ? null : usage.measuredMs / 3_600_000,
    pages: usage.pages,
    eventPosts: usage.eventPosts,
    callsMissing: usage.callsMissing,
    isolates: usage.isolates,
    lines,
    planUsd: prices.plan,
    usd: cents(total),
    preProvisioning: preProvisioning(usage, options) ?? null,
  };
}

/** How many times what was measured makes the whole of the time. */
function wholesOf({ fromMs, untilMs, measuredMs }: Usage, { extrapolates }: CostOptions): number {
  const wholes = (untilMs - fromMs) / Math.max(MINUTE_MS, measuredMs);
  return extrapolates && wholes > NEARLY_WHOLE ? wholes : 1;
}

function linesOf(usage: Usage, options: CostOptions): CostLine[] {
  const { prices, days, cpuMs, kvReads } = options;
  const times = days * wholesOf(usage, options);
  const line = (what: CostLine["what"], used: number, basis: Basis, from: string): CostLine => {
    const { included, usd } = prices[what];
    // What is stored stays for the month, and the first publication is made once: neither is multiplied.
    const once = { kvGigabytes: used, kvWrites: usage.firstKvWrites }[what as string] ?? 0;
    const month = once + (used - once) * times;
    const beyond = Math.max(0, month - included) / (what === "kvGigabytes" ? 1 : 1e6);
    return { what, used, month, usd: cents(beyond * usd), basis, from };
  };
  const calls = usage.pages + usage.eventPosts;
  const benched = (calls - usage.tailored) * BENCH_CPU_MS.page + usage.tailored * BENCH_CPU_MS.tailored;
  const messages = usage.servingMessages + usage.eventPosts + usage.deadLetters;
  return [
    line("requests", calls, "measured", "serving log: pages and posted events"),
    cpuMs === undefined
      ? line("cpuMs", benched, "assumed", "bench edge: 0.163 ms a call, 0.463 ms if tailored; --cpu-ms")
      : line("cpuMs", calls * cpuMs, "assumed", `--cpu-ms ${cpuMs}`),
    kvReads === undefined
      ? line("kvReads", ...kvReadsOf(usage, calls))
      : line("kvReads", kvReads, "measured", "--kv-reads"),
    line("kvWrites", usage.kvWrites, "measured", "reports of cycles and of the viewer map"),
    line("kvGigabytes", usage.storedBytes / 1e9, "measured", "stored pages and the viewer map, now"),
    line(
      "queueOperations",
      messages * OPERATIONS_PER_MESSAGE,
      "computed",
      "messages of log, events and dead letters × 3",
    ),
    line(
      "watchRequests",
      usage.awayIsolateMinutes * WATCH_CALLS_A_MINUTE,
      "computed",
      "minutes with the origin away × isolates × 3",
    ),
    line(
      "watchGigabyteSeconds",
      usage.awayMinutes * 60 * OBJECT_GB,
      "computed",
      "minutes with the origin away × 128 MB",
    ),
  ];
}

/** As isolates have counted them; for the calls of those that do not, as it is computed. */
function kvReadsOf(usage: Usage, calls: number): [reads: number, basis: Basis, from: string] {
  const { reads, calls: countedCalls } = usage.countedKvReads;
  const counted = calls === 0 ? 0 : Math.min(1, countedCalls / calls);
  if (counted >= 0.99) return [reads, "measured", "isolates' own counts"];
  const documents =
    usage.isolates * DOCUMENTS_AT_START + (usage.isolateSeconds / READ_CYCLE_S) * DOCUMENTS_A_CYCLE;
  const computed = Math.round(reads + (1 - counted) * (documents + usage.pageReads));
  const from = "isolates, their time, their pages; --kv-reads";
  return [
    computed,
    "computed",
    counted === 0 ? from : `for ${Math.round(100 * (1 - counted))} % of calls: ${from}`,
  ];
}

/**
 * Strategy `prepared` of the rehearsal: instances for the peak, before the load comes until after it has
 * gone.
 */
function preProvisioning(
  { fromMs, pagesByMinute }: Usage,
  { prices, days, perInstance, thresholdAt }: CostOptions,
): PreProvisioning | undefined {
  const minutes = Array.from(pagesByMinute);
  const thresholds = minutes.map((_, at) => thresholdAt(fromMs + at * MINUTE_MS));
  const isOver = (pages: number, at: number): boolean => pages / 60 > (thresholds[at] ?? 0);
  const first = minutes.findIndex(isOver);
  if (first < 0) return undefined;
  const last = minutes.findLastIndex(isOver);
  const peak = Math.max(...minutes);
  const instancesFor = (perSec: number): number =>
    Math.max(1, Math.ceil(perSec / (perInstance * PREPARED.hpaTarget)));
  const peakPerSec = peak / 60;
  // What runs in any case bears the highest threshold.
  const baseInstances = instancesFor(Math.max(...thresholds.filter(Number.isFinite), 0));
  const peakInstances = Math.max(baseInstances, instancesFor(peakPerSec));
  const hours = ((last - first + 1) * 60 + PREPARED.beforeS + PREPARED.afterS) / 3600;
  const instanceHours = (peakInstances - baseInstances) * hours;
  return {
    peakPerSec,
    peakAt: new Date(fromMs + minutes.indexOf(peak) * MINUTE_MS).toISOString(),
    baseInstances,
    peakInstances,
    hours,
    instanceHours,
    monthInstanceHours: instanceHours * days,
    usd: cents(instanceHours * days * prices.instanceHour),
  };
}

function cents(usd: number): number {
  return Math.round(100 * usd) / 100;
}
