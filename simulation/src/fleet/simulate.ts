/**
 * The fleet simulator: discrete events in virtual time, seeded, with the admission classes that ship inside. Arrivals are
 * Poisson; each goes to a location, to one of its isolates, and from there to the origin or to a stored page.
 */
import type { EdgeDecision, OriginFailure, Ticket } from "@spillway/shared/admission/isolate-admission.ts";
import { playArrivals } from "./arrivals.ts";
import { createDraws, zipfPicker, type Draws } from "./draws.ts";
import { EventHeap } from "./event-heap.ts";
import { Location, type Isolate } from "./location.ts";
import type { FleetOptions } from "./options.ts";
import { OriginFleet, type OriginInstance, type OriginReply } from "./origin-fleet.ts";
import { OriginWatch } from "./origin-watch.ts";
import { createPageStore, type PageStore } from "./page-store.ts";
import type { Scenario } from "./scenario.ts";
import { Tally } from "./tally.ts";

export type Run = {
  readonly tally: Tally;
  /** Isolates ever started. */
  readonly isolates: number;
  /** Most alive at once. */
  readonly isolatesPeak: number;
  /** Requests, the watch's too, that the origin would have got while it was down. */
  readonly probes: number;
};

type Forward = {
  readonly isolate: Isolate;
  readonly ticket: Ticket;
  readonly arrivedMs: number;
  /** `forward`s race the deadline: what comes second changes nothing. */
  settled: boolean;
};

type Event =
  | { readonly kind: "at-origin"; readonly forward: Forward }
  | { readonly kind: "ready"; readonly instance: OriginInstance }
  | { readonly kind: "reply"; readonly forward: Forward; readonly reply: OriginReply }
  | { readonly kind: "failure"; readonly forward: Forward; readonly why: OriginFailure }
  | { readonly kind: "watched"; readonly isolate: Isolate };

/** What a response from memory takes. */
export const EDGE_MS = 1;

/**
 * `arrivalDraws`: times and places of the arrivals. Where several worlds are to see the same ones, a stream of their own;
 * otherwise the run's one stream.
 */
export function simulate(
  options: FleetOptions,
  scenario: Scenario,
  onProgress: (atS: number, arrivals: number) => void = () => {},
  arrivalDraws?: Draws,
): Run {
  const draws = createDraws(options.seed);
  const world = createWorld(options, scenario, draws);
  const arriving = arrivalDraws ?? draws;
  const pickLocation = zipfPicker(options.locations, options.zipf, arriving.uniform);
  playArrivals(scenario, options.thresholdPerSec, arriving, {
    startSlot: world.startSlot,
    arrive: (atMs) => {
      world.runUntil(atMs);
      world.arrive(pickLocation(), atMs);
    },
    onProgress,
  });
  // What is under way comes to its end.
  world.runUntil(Number.POSITIVE_INFINITY);
  return world.result();
}

function createWorld(options: FleetOptions, scenario: Scenario, draws: Draws) {
  let isolates = 0;
  let isolatesPeak = 0;
  let probes = 0;
  const name = (): string => `i${(isolates += 1)}`;
  const locations = Array.from({ length: options.locations }, () => new Location(options, draws, name));
  const origin = new OriginFleet(options, draws, options.thresholdPerSec * scenario.thresholdAt(0));
  const pages: PageStore = createPageStore(options, scenario.durationS, draws);
  const tally = new Tally(scenario.durationS);
  const heap = new EventHeap<Event>();
  const isUp = (atMs: number): boolean => scenario.originUpAt(atMs / 1000);
  const watch = new OriginWatch(isUp, () => (probes += 1));

  const servePage = (
    { isolate, arrivedMs }: Omit<Forward, "ticket" | "settled">,
    nowMs: number,
    wasRead: boolean,
  ): void => {
    const page = pages.find(isolate, arrivedMs);
    // A forward without credit has read KV meanwhile.
    const readMs = page.read && !wasRead ? draws.exponential(options.kvReadMs) : 0;
    tally.serve(page.rung, arrivedMs, nowMs - arrivedMs + EDGE_MS + readMs);
  };

  const send = (isolate: Isolate, ticket: Ticket, nowMs: number): void => {
    const forward = { isolate, ticket, arrivedMs: nowMs, settled: false };
    heap.push(nowMs + isolate.location.trip(), { kind: "at-origin", forward });
    heap.push(nowMs + options.deadlineMs, { kind: "failure", forward, why: "deadline" });
  };

  const atOrigin = (forward: Forward, nowMs: number): void => {
    const { ticket, isolate } = forward;
    tally.offer(nowMs);
    if (!isUp(nowMs)) {
      probes += 1;
      heap.push(nowMs + isolate.location.trip(), { kind: "failure", forward, why: "origin-unreachable" });
      return;
    }
    const reply = origin.request(ticket.report, nowMs);
    if (reply.gate.admitted) {
      tally.personalize(nowMs);
      heap.push(reply.readyMs, { kind: "ready", instance: reply.instance });
    }
    heap.push(reply.readyMs + isolate.location.trip(), { kind: "reply", forward, reply });
  };

  const handle = (event: Event, nowMs: number): void => {
    switch (event.kind) {
      case "at-origin":
        atOrigin(event.forward, nowMs);
        break;
      case "ready":
        event.instance.admission.gate.release();
        break;
      case "reply": {
        const { forward, reply } = event;
        if (forward.settled) return;
        forward.settled = true;
        forward.isolate.admission.answered(forward.ticket, reply.credit, nowMs);
        if (reply.gate.admitted)
          tally.serve("individual", forward.arrivedMs, nowMs - forward.arrivedMs + EDGE_MS);
        else servePage(forward, nowMs, true);
        break;
      }
      case "failure": {
        const { forward, why } = event;
        if (forward.settled) return;
        forward.settled = true;
        forward.isolate.admission.failed(forward.ticket, why, nowMs);
        servePage(forward, nowMs, true);
        break;
      }
      case "watched":
        event.isolate.admission.watched("back", nowMs);
        break;
    }
  };

  const decide = (isolate: Isolate, decision: EdgeDecision, nowMs: number): void => {
    switch (decision.kind) {
      case "forward":
        send(isolate, decision.ticket, nowMs);
        break;
      case "ask-limiter":
        if (isolate.location.limit(nowMs)) send(isolate, decision.ticket, nowMs);
        else {
          isolate.admission.denied(decision.ticket, nowMs);
          servePage({ isolate, arrivedMs: nowMs }, nowMs, false);
        }
        break;
      case "page":
        if (decision.watch) {
          const backMs = watch.backAt(nowMs + isolate.location.trip()) + isolate.location.trip();
          heap.push(backMs, { kind: "watched", isolate });
        }
        servePage({ isolate, arrivedMs: nowMs }, nowMs, false);
        break;
    }
  };

  return {
    startSlot: (nowMs: number): void => {
      origin.scale(scenario.capacityAt?.(nowMs / 1000) ?? 1);
      origin.setThreshold(options.thresholdPerSec * scenario.thresholdAt(nowMs / 1000), nowMs);
      if (nowMs % 1000 === 0) {
        isolatesPeak = Math.max(
          isolatesPeak,
          locations.reduce((sum, { isolates: { length } }) => sum + length, 0),
        );
      }
    },
    runUntil: (untilMs: number): void => {
      while (heap.nextMs <= untilMs && heap.nextMs < Number.POSITIVE_INFINITY) {
        const nowMs = heap.nextMs;
        handle(heap.pop(), nowMs);
      }
    },
    arrive: (at: number, nowMs: number): void => {
      const isolate = (locations[at] as Location).route(nowMs);
      tally.arrive(nowMs);
      decide(isolate, isolate.admission.arrive(nowMs), nowMs);
    },
    result: (): Run => ({ tally, isolates, isolatesPeak, probes }),
  };
}
