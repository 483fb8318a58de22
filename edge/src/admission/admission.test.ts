import { describe, expect, test, vi } from "vitest";
import type { EdgeDecision, Ticket } from "@spillway/shared/admission/edge-decision.ts";
import type { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { createFailures } from "../failures.ts";
import { createAdmit, type AdmitDeps } from "./admission.ts";
import type { AdmissionInput } from "@spillway/shared/admission/policy.ts";

const TICKET: Ticket = { sequence: 1, sentMs: 5000, report: undefined };
const FORWARD: EdgeDecision = { kind: "forward", ticket: TICKET, credited: true };
const BYPASS: EdgeDecision = { kind: "forward", ticket: { ...TICKET, sequence: 2 }, credited: false };
const COLD: EdgeDecision = { kind: "ask-limiter", ticket: TICKET };
const CALM: AdmissionInput = {
  mode: "auto",
  rule: undefined,
  thresholdPerSec: 100,
  originOnly: false,
  suspect: false,
  heldOut: undefined,
  claim: "stranger",
};

function page(reason: "over-threshold" | "origin-error", watch = false): EdgeDecision {
  return { kind: "page", reason, watch };
}

/** An isolate that decides as it is told, and remembers what it was asked. */
function admitting(arrival: EdgeDecision, deps: Partial<AdmitDeps> = {}) {
  const isolate = {
    arrive: vi.fn<IsolateAdmission["arrive"]>(() => arrival),
    bypass: vi.fn<IsolateAdmission["bypass"]>(() => BYPASS),
    watched: vi.fn<IsolateAdmission["watched"]>(),
    denied: vi.fn<IsolateAdmission["denied"]>(),
    answered: vi.fn<IsolateAdmission["answered"]>(),
    failed: vi.fn<IsolateAdmission["failed"]>(),
  };
  const failures = createFailures(() => undefined);
  const behind: Promise<unknown>[] = [];
  const admit = createAdmit({
    isolate: isolate as unknown as IsolateAdmission,
    limiter: undefined,
    watch: undefined,
    failures,
    clock: () => 6000,
    draw: () => 0.5,
    ...deps,
  });
  return {
    isolate,
    failures,
    settle: admit.settle,
    ask: async (input: Partial<AdmissionInput> = {}) => {
      const admission = await admit.admit({ ...CALM, ...input }, (work) => void behind.push(work));
      await Promise.all(behind);
      return admission;
    },
  };
}

describe("a request", () => {
  test("in an armed window goes by that, and asks the limiter for a twentieth where the isolate is cold", async () => {
    const limit = vi.fn<RateLimit["limit"]>().mockResolvedValue({ success: true });
    const { ask, isolate } = admitting(COLD, { limiter: { limit } });
    await ask({ thresholdPerSec: 20_000, armedFromMs: 5500 });
    expect(isolate.arrive).toHaveBeenCalledWith(6000, "stranger", 5500);
    expect(limit).toHaveBeenCalledWith({ key: "cold-6-0" });
  });

  test("goes by the isolate's credit", async () => {
    const { ask, isolate } = admitting(FORWARD);
    expect(await ask()).toEqual(FORWARD);
    expect(isolate.bypass).not.toHaveBeenCalled();
    expect(await admitting(page("over-threshold")).ask()).toEqual(page("over-threshold"));
  });

  test("takes its place in the isolate's order", async () => {
    const { ask, isolate } = admitting(FORWARD);
    await ask({ claim: "carrier" });
    expect(isolate.arrive).toHaveBeenCalledWith(6000, "carrier", undefined);
  });

  test("costs no credit where the policy has a page for it", async () => {
    const { ask, isolate } = admitting(FORWARD);
    expect(await ask({ mode: "force-cluster" })).toEqual({ kind: "page", reason: "forced" });
    expect(isolate.arrive).not.toHaveBeenCalled();
  });

  test.each<[string, Partial<AdmissionInput>, number]>([
    ["about an item or a query", { originOnly: true }, 32],
    ["forced to individual pages", { mode: "force-individual" }, Number.POSITIVE_INFINITY],
  ])("%s spends no credit, within its own limit", async (_, input, most) => {
    const { ask, isolate } = admitting(page("over-threshold"));
    expect(await ask(input)).toEqual(BYPASS);
    expect(isolate.bypass).toHaveBeenCalledExactlyOnceWith(6000, most);
    expect(isolate.arrive).not.toHaveBeenCalled();
  });

  test("of the holdout goes beyond the credit, but not to an origin that fails", async () => {
    const heldOut = "individual" as const;
    expect(await admitting(FORWARD).ask({ heldOut })).toEqual(FORWARD);
    expect(await admitting(page("over-threshold")).ask({ heldOut })).toEqual(BYPASS);
    const failing = admitting(page("origin-error"));
    expect(await failing.ask({ heldOut })).toEqual(page("origin-error"));
    expect(failing.isolate.bypass).not.toHaveBeenCalled();
  });
});

function limiterOf(limit: RateLimit["limit"]) {
  return { limit: vi.fn<RateLimit["limit"]>(limit) };
}

describe("a cold isolate's first request", () => {
  test("is counted with those of its location in the same second", async () => {
    const limiter = limiterOf(() => Promise.resolve({ success: true }));
    expect(await admitting(COLD, { limiter }).ask({ thresholdPerSec: 1000 })).toEqual({
      kind: "forward",
      ticket: TICKET,
      credited: false,
    });
    expect(limiter.limit).toHaveBeenCalledExactlyOnceWith({ key: "cold-6-0" });
  });

  test("gets a page when there were too many, and the isolate learns it", async () => {
    const limiter = limiterOf(() => Promise.resolve({ success: false }));
    const { ask, isolate } = admitting(COLD, { limiter });
    expect(await ask()).toEqual({ kind: "page", reason: "over-threshold" });
    expect(isolate.denied).toHaveBeenCalledExactlyOnceWith(TICKET, 6000);
  });

  test.each([
    ["no limiter", undefined, 0],
    ["a broken one", limiterOf(() => Promise.reject(new Error("no limiter today"))), 1],
    ["a silent one", limiterOf(() => new Promise(() => undefined)), 0],
  ])("goes to the origin with %s", async (_, limiter, counted) => {
    const { ask, failures } = admitting(COLD, { limiter });
    expect(await ask()).toMatchObject({ kind: "forward", credited: false });
    expect(failures.counts()["rate-limit"]).toBe(counted);
  });
});

describe("an origin that has failed", () => {
  test.each<[string, AdmitDeps["watch"], string, number]>([
    ["back", () => Promise.resolve("back"), "back", 0],
    ["still away", () => Promise.resolve("away"), "away", 0],
    ["not watched", undefined, "unknown", 0],
    ["watched by what is broken", () => Promise.reject(new Error("no watch today")), "unknown", 1],
  ])("is found to be %s, behind the response", async (_, watch, found, counted) => {
    const { ask, isolate, failures } = admitting(page("origin-error", true), { watch });
    expect(await ask()).toEqual(page("origin-error", true));
    expect(isolate.watched).toHaveBeenCalledExactlyOnceWith(found, 6000);
    expect(failures.counts()["origin-watch"]).toBe(counted);
  });

  test("is watched by one request alone", async () => {
    const { ask, isolate } = admitting(page("origin-error"));
    await ask();
    expect(isolate.watched).not.toHaveBeenCalled();
  });
});

test("what a forward has taught goes to the isolate", () => {
  const { settle, isolate } = admitting(FORWARD);
  settle(TICKET, { kind: "answered", credit: { kind: "open" } });
  expect(isolate.answered).toHaveBeenCalledExactlyOnceWith(TICKET, { kind: "open" }, 6000);
  settle(TICKET, { kind: "failed", reason: "deadline" });
  expect(isolate.failed).toHaveBeenCalledExactlyOnceWith(TICKET, "deadline", 6000);
});
