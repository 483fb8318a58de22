/**
 * The state of one simulated run: locations, origin, KV and the queue of future events, and how each event
 * changes them.
 */
import { armedClock, windowAround } from "@spillway/shared/admission/armed-windows.ts";
import type { EdgeDecision, OriginFailure, Ticket } from "@spillway/shared/admission/edge-decision.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { createDraws, type Draws } from "./draws.ts";
import { EventHeap } from "./event-heap.ts";
import { Location, type Isolate } from "./location.ts";
import type { FleetOptions } from "./options.ts";
import { OriginFleet, type OriginInstance, type OriginReply } from "./origin-fleet.ts";
import { OriginWatch } from "./origin-watch.ts";
import { createPageStore, type PageStore } from "./page-store.ts";
import type { Scenario } from "./scenario.ts";
import { tailoringOf } from "./tailoring.ts";
import { Tally, type Rung } from "./tally.ts";
import { ViewerTally, type ServedViewers } from "./viewer-tally.ts";
import { CLAIM_OF, pickViewer, type Viewer } from "./viewers.ts";

export type Run = {
  readonly tally: Tally;
  /** How each kind of viewer was served in the spike or the outage; empty where nobody is told apart. */
  readonly viewers: ServedViewers;
  /** All isolates that were ever started. */
  readonly isolates: number;
  /** The most isolates that existed at once. */
  readonly isolatesPeak: number;
  /** Requests to the origin while it was down, including those of the watch. */
  readonly probes: number;
};

/**
 * Takes down how each request is served, and may keep some from the origin, as rules do. `Guest` is what it
 * knows of a request.
 */
export type Recorder<Guest = unknown> = {
  /** Called in the order of the arrivals. */
  readonly arrive: (viewer: Viewer | undefined) => Guest;
  /** False where a rule names the page. */
  readonly asks: (guest: Guest) => boolean;
  readonly served: (guest: Guest, arrivedMs: number, rung: Rung, reason: ServedReason) => void;
};

type Forward = {
  readonly isolate: Isolate;
  readonly ticket: Ticket;
  readonly arrivedMs: number;
  readonly viewer: Viewer | undefined;
  readonly guest: unknown;
  /** Reply and deadline race each other: the second one changes nothing. */
  settled: boolean;
};

type Visit = Pick<Forward, "isolate" | "arrivedMs" | "viewer" | "guest">;

type Event =
  | { readonly kind: "at-origin"; readonly forward: Forward }
  | { readonly kind: "ready"; readonly instance: OriginInstance }
  | { readonly kind: "reply"; readonly forward: Forward; readonly reply: OriginReply }
  | { readonly kind: "failure"; readonly forward: Forward; readonly failure: OriginFailure }
  | { readonly kind: "watched"; readonly isolate: Isolate };

/** Viewers and their map have draws of their own, so that the same arrivals come whoever is served how. */
const VIEWER_SEED = 0x5eed;
const MAP_SEED = 0x3a9;
/** The latency of a response from memory. */
export const EDGE_MS = 1;

export class FleetRun {
  readonly #options: FleetOptions;
  readonly #scenario: Scenario;
  readonly #draws: Draws;
  readonly #locations: readonly Location[];
  readonly #origin: OriginFleet;
  readonly #pages: PageStore;
  readonly #tally: Tally;
  readonly #viewers: ViewerTally;
  readonly #viewerDraws: Draws;
  readonly #mapDraws: Draws;
  readonly #events = new EventHeap<Event>();
  readonly #watch: OriginWatch;
  readonly #recorder: Recorder | undefined;
  /** When the armed window began that holds. */
  readonly #armedFrom: (nowMs: number) => number | undefined;
  #isolates = 0;
  #isolatesPeak = 0;
  #probes = 0;

  constructor(options: FleetOptions, scenario: Scenario, draws: Draws, recorder?: Recorder) {
    this.#options = options;
    this.#recorder = recorder;
    this.#scenario = scenario;
    this.#draws = draws;
    const { armed } = options;
    this.#armedFrom = armedClock(
      armed && scenario.wall !== undefined ? [windowAround(scenario.wall.fromS * 1000)] : [],
    );
    const nextNumber = (): number => this.#isolates++;
    this.#locations = Array.from(
      { length: options.locations },
      () => new Location(options, draws, nextNumber),
    );
    this.#origin = new OriginFleet(options, draws, options.thresholdPerSec * scenario.thresholdAt(0));
    this.#pages = createPageStore(options, scenario.durationS, draws);
    this.#tally = new Tally(scenario.durationS);
    this.#viewers = new ViewerTally(scenario.wall ?? scenario.outage);
    this.#viewerDraws = createDraws(options.seed + VIEWER_SEED);
    this.#mapDraws = createDraws(options.seed + MAP_SEED);
    this.#watch = new OriginWatch(
      (atMs) => this.#isUp(atMs),
      () => (this.#probes += 1),
    );
  }

  /** Applies the scenario's capacity and threshold, and counts the isolates once a second. */
  startSlot(nowMs: number): void {
    this.#origin.scale(this.#scenario.capacityAt?.(nowMs / 1000) ?? 1);
    this.#origin.setThreshold(this.#thresholdPerSec(nowMs), nowMs);
    if (nowMs % 1000 !== 0) return;
    const alive = this.#locations.reduce((sum, { isolates: { length } }) => sum + length, 0);
    this.#isolatesPeak = Math.max(this.#isolatesPeak, alive);
  }

  /** Handles all events up to `untilMs`, in the order of their times. */
  runUntil(untilMs: number): void {
    while (this.#events.nextMs <= untilMs && this.#events.nextMs < Number.POSITIVE_INFINITY) {
      const nowMs = this.#events.nextMs;
      this.#handle(this.#events.pop(), nowMs);
    }
  }

  /** A request arrives at the location with number `at`. */
  arrive(at: number, nowMs: number): void {
    const isolate = (this.#locations[at] as Location).route(nowMs);
    this.#tally.arrive(nowMs);
    const { viewers, ordersClaims } = this.#options;
    const viewer = viewers && pickViewer(viewers, this.#viewerDraws.uniform());
    const claim = viewer === undefined || !ordersClaims ? "stranger" : CLAIM_OF[viewer];
    const guest = this.#recorder?.arrive(viewer);
    const visit = { isolate, viewer, arrivedMs: nowMs, guest };
    if (this.#recorder?.asks(guest) === false) this.#servePage(visit, nowMs, false, "rule");
    else this.#decide(visit, isolate.admission.arrive(nowMs, claim, this.#armedFrom(nowMs)));
  }

  result(): Run {
    return {
      tally: this.#tally,
      viewers: this.#viewers.served,
      isolates: this.#isolates,
      isolatesPeak: this.#isolatesPeak,
      probes: this.#probes,
    };
  }

  #thresholdPerSec(atMs: number): number {
    return this.#options.thresholdPerSec * this.#scenario.thresholdAt(atMs / 1000);
  }

  #isUp(atMs: number): boolean {
    return this.#scenario.originUpAt(atMs / 1000);
  }

  #decide(visit: Visit, decision: EdgeDecision): void {
    const { isolate, arrivedMs: nowMs } = visit;
    switch (decision.kind) {
      case "forward":
        this.#send(visit, decision.ticket);
        break;
      case "ask-limiter":
        if (isolate.location.limit(this.#thresholdPerSec(nowMs), nowMs, this.#armedFrom(nowMs) !== undefined))
          this.#send(visit, decision.ticket);
        else {
          isolate.admission.denied(decision.ticket, nowMs);
          this.#servePage(visit, nowMs, false, "over-threshold");
        }
        break;
      case "page":
        if (decision.watch) {
          const backMs = this.#watch.backAt(nowMs + isolate.location.trip()) + isolate.location.trip();
          this.#events.push(backMs, { kind: "watched", isolate });
        }
        this.#servePage(visit, nowMs, false, decision.reason);
        break;
    }
  }

  #send(visit: Visit, ticket: Ticket): void {
    const forward = { ...visit, ticket, settled: false };
    const { arrivedMs: nowMs, isolate } = visit;
    this.#events.push(nowMs + isolate.location.trip(), { kind: "at-origin", forward });
    this.#events.push(nowMs + this.#options.deadlineMs, { kind: "failure", forward, failure: "deadline" });
  }

  #handle(event: Event, nowMs: number): void {
    switch (event.kind) {
      case "at-origin":
        this.#reachOrigin(event.forward, nowMs);
        break;
      case "ready":
        event.instance.admission.gate.release();
        break;
      case "reply":
        this.#settle(event.forward, event.reply, nowMs);
        break;
      case "failure": {
        const { forward, failure } = event;
        if (forward.settled) return;
        forward.settled = true;
        forward.isolate.admission.failed(forward.ticket, failure, nowMs);
        this.#servePage(forward, nowMs, true, failure);
        break;
      }
      case "watched":
        event.isolate.admission.watched("back", nowMs);
        break;
    }
  }

  #reachOrigin(forward: Forward, nowMs: number): void {
    const { ticket, isolate } = forward;
    this.#tally.offer(nowMs);
    if (!this.#isUp(nowMs)) {
      this.#probes += 1;
      this.#events.push(nowMs + isolate.location.trip(), {
        kind: "failure",
        forward,
        failure: "origin-unreachable",
      });
      return;
    }
    const reply = this.#origin.request(ticket.report, nowMs, this.#armedFrom(nowMs));
    if (reply.gate.admitted) {
      this.#tally.personalize(nowMs);
      this.#events.push(reply.readyMs, { kind: "ready", instance: reply.instance });
    }
    this.#events.push(reply.readyMs + isolate.location.trip(), { kind: "reply", forward, reply });
  }

  #settle(forward: Forward, reply: OriginReply, nowMs: number): void {
    if (forward.settled) return;
    forward.settled = true;
    forward.isolate.admission.answered(forward.ticket, reply.credit, nowMs);
    if (reply.gate.admitted)
      this.#serve("individual", "admitted", forward, nowMs - forward.arrivedMs + EDGE_MS);
    else this.#servePage(forward, nowMs, true, "over-threshold");
  }

  /** `wasRead` is true after a forward, which has read KV while it waited for the origin. */
  #servePage(visit: Visit, nowMs: number, wasRead: boolean, reason: ServedReason): void {
    const { isolate, arrivedMs, viewer } = visit;
    const page = this.#pages.find(isolate, arrivedMs);
    const readMs = page.read && !wasRead ? this.#draws.exponential(this.#options.kvReadMs) : 0;
    const tailoring = tailoringOf(this.#options, viewer, isolate, arrivedMs, this.#mapDraws);
    const rung = tailoring.tailored ? "tailored" : page.rung;
    this.#serve(rung, reason, visit, nowMs - arrivedMs + EDGE_MS + Math.max(readMs, tailoring.readMs));
  }

  #serve(rung: Rung, reason: ServedReason, visit: Visit, latencyMs: number): void {
    const { viewer, arrivedMs, guest } = visit;
    this.#tally.serve(rung, arrivedMs, latencyMs);
    this.#recorder?.served(guest, arrivedMs, rung, reason);
    if (viewer !== undefined) this.#viewers.serve(viewer, rung, arrivedMs);
  }
}
