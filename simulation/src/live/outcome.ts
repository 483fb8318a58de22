/** What became of each visit of a live run, as its visitor saw it. */
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { openLoop, type Outcome as Sent, type Response } from "@spillway/kit/processes/open-loop.ts";

export type Outcome = {
  /** When it was to be sent, from the run's start. */
  readonly atMs: number;
  /** How much later it was sent. */
  readonly lagMs: number;
  /** The time from `atMs` to the last byte, or to the error. */
  readonly latencyMs: number;
  /** 0: no response. */
  readonly status: number;
  /** `Spillway-Served` up to the first semicolon, and its `reason`; or the transport's error. */
  readonly servedAs: string;
  readonly reason: string;
};

export type Answer = { readonly status: number; readonly served: string };

export function openVisits(signal: AbortSignal) {
  return openLoop(readAnswer, signal);
}

export function readAnswer({ status, headers }: Response): Answer {
  return { status, served: String(headers[HEADER.served.toLowerCase()] ?? "") };
}

export function outcomeOf({ atMs, lagMs, latencyMs, result }: Sent<Answer>): Outcome {
  const { status, served } = result.ok ? result.answer : { status: 0, served: result.reason };
  const [servedAs = "", reason = ""] = served.split(";");
  return { atMs, lagMs, latencyMs, status, servedAs, reason: reason.replace("reason=", "") };
}
