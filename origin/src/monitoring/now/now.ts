/**
 * Puts together what happens now, at most once a second: whoever asks within it gets the same bytes, so that
 * twenty open consoles cost what one does.
 */
import {
  NOW_SECONDS,
  MIX_STEPS,
  type NowChange,
  type NowModel,
  type NowState,
} from "@spillway/shared/protocol/now-state.ts";
import { isWithoutOrigin } from "@spillway/shared/protocol/now-sentence.ts";
import type { RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { StoredModeOverride } from "@spillway/store/operators/operator-store.ts";
import type { RoutingGate } from "../../serving/gate/routing-gate.ts";
import type { IsolateVersions } from "../../rollout/isolate-versions.ts";
import type { PageAge } from "../page-age.ts";
import { stateOf, type NowMoment } from "./now-moment.ts";
import { createRungMix, type MixCounts, type MixSteps } from "./rung-mix.ts";
import { SecondSeries, type AtSecond, type KeptSeconds } from "./second-series.ts";

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
  /** How the newest model was judged. By default nobody trains any here. */
  readonly judged?: () => NowModel | undefined;
  /** What stands in the database. It is read at most once a second, and only while somebody looks. */
  readonly stored: () => Promise<NowStored>;
  /** What the processes before this one have counted. */
  readonly before?: Before | undefined;
};

export type Before = { readonly seconds: KeptSeconds; readonly mix: MixSteps };

export type NowStored = {
  readonly deadLetters: number;
  readonly unfoldedEvents: number;
  readonly generation: number | undefined;
  readonly failedCycle: string | undefined;
  readonly override: StoredModeOverride | undefined;
  readonly changes: readonly NowChange[];
  /** The one that is on, or ended not long ago. */
  readonly rollout: RolloutStatus | undefined;
};

export type Now = {
  /** The gate, with each request counted. */
  readonly gate: RoutingGate;
  /** Counts a report of the serving log that has been stored. */
  readonly reported: (report: ServingReport, receivedMs: number) => void;
  readonly read: () => Promise<NowState>;
  /** The state as JSON; with `sinceMs` of an earlier one, as little of it as continues that. */
  readonly bytes: (sinceMs: number | undefined) => Promise<Buffer<ArrayBuffer>>;
  readonly kept: NowKept;
};

/** What is worth keeping of it. */
export type NowKept = {
  readonly moment: () => Promise<NowMoment>;
  /** Another text whenever something holds that no series tells; it ends the seconds that are over. */
  readonly inForce: () => string;
  /** From one second to before another, since 1970. */
  readonly seconds: (fromSecond: number, untilSecond: number) => KeptSeconds;
  readonly mixStep: (step: number) => MixCounts | undefined;
};

export function createNow(deps: NowDeps): Now {
  const { nowMs, instance, instances, gate, pageAge, isolates, judged, stored, before } = deps;
  const startedMs = nowMs();
  const mix = createRungMix(before?.mix);
  const atSecond = (): AtSecond => {
    const { thresholdPerSec } = gate.figures();
    const { latest, untilMs } = mix.read(nowMs(), 1);
    const isFailing = untilMs !== null && nowMs() - untilMs < FAILURE_HOLDS_MS && isWithoutOrigin(latest);
    return {
      thresholdPerSec,
      isSilent: thresholdPerSec === 0 || isFailing,
      isOver: gate.isOver() && gate.mode() === "auto",
    };
  };
  const seconds = new SecondSeries(startedMs, atSecond, before?.seconds);

  const momentOf = (rows: NowStored): NowMoment => {
    const { thresholdPerSec, bearableShare } = gate.figures();
    const routing = gate.routing();
    const { atMs } = seconds;
    const { deadLetters, unfoldedEvents, generation, failedCycle, override, rollout } = rows;
    const { oldestS, medianS, objectiveS, over } = pageAge.read(atMs);
    const lagMs = mix.lagMs();
    const model = judged?.();
    return {
      atMs,
      instance: instance(),
      mode: {
        inForce: gate.mode(),
        ofRouting: routing.mode,
        untilMs: override?.untilMs ?? null,
        by: override?.by ?? null,
        thresholdPerSec: override?.thresholdPerSec ?? null,
      },
      band: routing.bandAt(atMs).name,
      thresholdPerSec: thresholdPerSec ?? null,
      instances,
      routingVersion: routing.version,
      isolates: isolatesOf(isolates.counts(atMs)),
      pages: {
        oldestS: oldestS ?? null,
        medianS: medianS ?? null,
        objectiveS,
        over: over ?? 0,
        generation: generation ?? null,
      },
      ...(model && { model }),
      queue: { lagS: lagMs === undefined ? null : lagMs / 1000, unfolded: unfoldedEvents },
      deadLetters,
      rollout: rollout ?? null,
      startedMs,
      bearableShare,
      failedCycle: failedCycle ?? null,
    };
  };

  const read = (rows: NowStored, spanSeconds = NOW_SECONDS, steps = MIX_STEPS): NowState =>
    stateOf(momentOf(rows), {
      seconds: seconds.read(spanSeconds),
      mix: mix.read(seconds.atMs, steps),
      changes: rows.changes,
      overSinceMs: seconds.overSinceMs,
    });

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
    kept: {
      moment: async () => {
        seconds.advance(nowMs());
        return momentOf(await stored());
      },
      inForce: () => {
        seconds.advance(nowMs());
        const { version, bandAt, thresholdAt } = gate.routing();
        return [gate.mode(), version, bandAt(nowMs()).name, thresholdAt(nowMs())].join(" ");
      },
      seconds: (from, until) => seconds.kept(from, until),
      mixStep: mix.step,
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

function toBytes(state: NowState): Buffer<ArrayBuffer> {
  return Buffer.from(JSON.stringify(state));
}
