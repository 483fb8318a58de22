/**
 * Puts together what happens now, at most once a second: whoever asks within it gets the same bytes, so that
 * twenty open consoles cost what one does.
 */
import {
  NOW_SECONDS,
  MIX_STEPS,
  type NowChange,
  type NowState,
} from "@spillway/shared/protocol/now-state.ts";
import { isWithoutOrigin, nowSentence, type NowFacts } from "@spillway/shared/protocol/now-sentence.ts";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { StoredModeOverride } from "@spillway/store/operators/operator-store.ts";
import type { RoutingGate } from "../../serving/gate/routing-gate.ts";
import type { IsolateVersions } from "../../rollout/isolate-versions.ts";
import type { PageAge } from "../page-age.ts";
import { originHealth } from "./origin-health.ts";
import { createRungMix } from "./rung-mix.ts";
import { SecondSeries } from "./second-series.ts";

/** How far back an increment goes: a console that missed more asks for all of it. */
const INCREMENT_SECONDS = 15;
const INCREMENT_STEPS = 9;
/** Isolates report every ten seconds, and a report is some seconds under way. */
const FAILURE_HOLDS_MS = 30_000;

export type NowDeps = {
  readonly nowMs: () => number;
  /** Of the origin's process. */
  readonly instance: () => string;
  readonly instances: number;
  readonly gate: RoutingGate;
  readonly pageAge: Pick<PageAge, "read">;
  readonly isolates: Pick<IsolateVersions, "counts">;
  /** What stands in the database. It is read at most once a second, and only while somebody looks. */
  readonly stored: () => Promise<NowStored>;
};

export type NowStored = {
  readonly deadLetters: number;
  readonly unfoldedEvents: number;
  readonly generation: number | undefined;
  readonly failedCycle: string | undefined;
  readonly override: StoredModeOverride | undefined;
  readonly changes: readonly NowChange[];
};

export type Now = {
  /** The gate, with each request counted. */
  readonly gate: RoutingGate;
  /** Counts a report of the serving log that has been stored. */
  readonly reported: (report: ServingReport, receivedMs: number) => void;
  readonly read: () => Promise<NowState>;
  /** The state as JSON; with `sinceMs` of an earlier one, as little of it as continues that. */
  readonly bytes: (sinceMs: number | undefined) => Promise<Buffer<ArrayBuffer>>;
};

export function createNow({ nowMs, instance, instances, gate, pageAge, isolates, stored }: NowDeps): Now {
  const startedMs = nowMs();
  const mix = createRungMix();
  const seconds = new SecondSeries(startedMs, () => {
    const { thresholdPerSec } = gate.figures();
    const { latest, untilMs } = mix.read(nowMs(), 1);
    const isFailing = untilMs !== null && nowMs() - untilMs < FAILURE_HOLDS_MS && isWithoutOrigin(latest);
    return {
      thresholdPerSec,
      isSilent: thresholdPerSec === 0 || isFailing,
      isOver: gate.isOver() && gate.mode() === "auto",
    };
  });

  const readFacts = (spanSeconds: number, steps: number, rows: NowStored): NowFacts => {
    const { thresholdPerSec, bearableShare } = gate.figures();
    const routing = gate.routing();
    const { atMs } = seconds;
    const { deadLetters, unfoldedEvents, generation, failedCycle, override, changes } = rows;
    const served = mix.read(atMs, steps);
    const { oldestS, medianS, objectiveS, over } = pageAge.read(atMs);
    const lagMs = mix.lagMs();
    return {
      atMs,
      instance: instance(),
      mode: {
        inForce: gate.mode(),
        ofRouting: routing.mode,
        untilMs: override?.untilMs ?? null,
        by: override?.by ?? null,
      },
      band: routing.bandAt(atMs).name,
      thresholdPerSec: thresholdPerSec ?? null,
      instances,
      routingVersion: routing.version,
      overSinceMs: seconds.overSinceMs,
      seconds: seconds.read(spanSeconds),
      mix: served,
      isolates: isolatesOf(isolates.counts(atMs)),
      pages: {
        oldestS: oldestS ?? null,
        medianS: medianS ?? null,
        objectiveS,
        over: over ?? 0,
        generation: generation ?? null,
      },
      queue: { lagS: lagMs === undefined ? null : lagMs / 1000, unfolded: unfoldedEvents },
      deadLetters,
      changes,
      origin: originHealth({
        bearableShare,
        startedMs,
        failedCycle,
        originFailedShare: failedShareOf(served.latest),
      }),
    };
  };

  const read = (rows: NowStored, spanSeconds = NOW_SECONDS, steps = MIX_STEPS): NowState => {
    const facts = readFacts(spanSeconds, steps, rows);
    return { ...facts, sentence: nowSentence(facts) };
  };

  let prepared: Prepared | undefined;
  return {
    gate: {
      ...gate,
      request: (report) => {
        const decision = gate.request(report);
        seconds.add(nowMs(), report?.arrivals ?? 1, decision.gate.admitted);
        return decision;
      },
    },
    reported: mix.add,
    read: async () => {
      seconds.advance(nowMs());
      return read(await stored());
    },
    bytes: (sinceMs) => {
      seconds.advance(nowMs());
      const { atMs } = seconds;
      if (prepared?.atMs !== atMs) prepared = { atMs, rows: stored() };
      const { rows } = prepared;
      const continues =
        sinceMs !== undefined && sinceMs <= atMs && atMs - sinceMs <= INCREMENT_SECONDS * 1000;
      return continues
        ? (prepared.increment ??= rows.then((row) => toBytes(read(row, INCREMENT_SECONDS, INCREMENT_STEPS))))
        : (prepared.whole ??= rows.then((row) => toBytes(read(row))));
    },
  };
}

/** What is the same for all who ask within a second. */
type Prepared = {
  readonly atMs: number;
  readonly rows: Promise<NowStored>;
  whole?: Promise<Buffer<ArrayBuffer>>;
  increment?: Promise<Buffer<ArrayBuffer>>;
};

function isolatesOf(counts: ReturnType<IsolateVersions["counts"]>): NowState["isolates"] {
  return {
    heard: counts.reduce((sum, { isolates }) => sum + isolates, 0),
    byVersion: counts.map(({ version = null, candidate = null, isolates }) => ({
      version,
      candidate,
      isolates,
    })),
  };
}

function failedShareOf({ calls, originFailed }: NowState["mix"]["latest"]): number {
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : originFailed / all;
}

function toBytes(state: NowState): Buffer<ArrayBuffer> {
  return Buffer.from(JSON.stringify(state));
}
