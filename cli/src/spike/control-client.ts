/**
 * Asks the `start` that runs with this data folder: only it knows that edge and origin of this machine are
 * the demo's, and only it can end and start its origin.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { SpikeProgress } from "./spike-progress.ts";

/** In the data folder, for its owner alone, while `start` runs. */
const FILE = "start-control.json";
const DEADLINE_MS = 5000;

const addressSchema = z.object({
  /** Such as `http://127.0.0.1:40123`. */
  url: z.string().check(z.regex(/^http:\/\/127\.0\.0\.1:\d+$/)),
  token: z.string(),
});
export type ControlAddress = z.infer<typeof addressSchema>;

/** Both on loopback. */
const setSchema = z.object({ edgeUrl: z.string(), originUrl: z.string() });
export type DemoAddresses = z.infer<typeof setSchema>;

export type ControlReply<Value> =
  | { readonly ok: true; readonly value: Value }
  /** `isAway`: no `start` answers. */
  | { readonly ok: false; readonly isAway: boolean; readonly reason: string };

export type Control = {
  /** Refused where the data is not the demo's. */
  readonly addresses: () => Promise<ControlReply<DemoAddresses>>;
  /** Refused while another spike runs. */
  readonly tell: (progress: SpikeProgress) => Promise<ControlReply<unknown>>;
  readonly killOrigin: () => Promise<ControlReply<unknown>>;
  /** Answers when the origin is up. */
  readonly startOrigin: () => Promise<ControlReply<unknown>>;
};

/** Returns what removes it again. */
export function writeControlFile(dataDirectory: string, address: ControlAddress): () => void {
  const path = join(dataDirectory, FILE);
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify(address), { mode: 0o600, flag: "wx" });
  return () => rmSync(path, { force: true });
}

/** Undefined where no `start` runs with this data folder. */
export function openControl(dataDirectory: string): Control | undefined {
  const address = readAddress(join(dataDirectory, FILE));
  if (address === undefined) return undefined;
  const ask = (method: string, path: string, body?: unknown, deadlineMs?: number) =>
    askControl(address, { method, path, body, deadlineMs });
  return {
    addresses: async () => {
      const reply = await ask("GET", "/addresses");
      return reply.ok ? { ok: true, value: setSchema.parse(reply.value) } : reply;
    },
    tell: (progress) => ask("PUT", "/progress", progress),
    killOrigin: () => ask("POST", "/demo/kill-origin"),
    startOrigin: () => ask("POST", "/demo/start-origin", undefined, ORIGIN_UP_WITHIN_MS),
  };
}

/** An origin on a busy machine opens its database and reads its model. */
export const ORIGIN_UP_WITHIN_MS = 60_000;

function readAddress(path: string): ControlAddress | undefined {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // There is none, or a killed start has left half of one: either way nobody can be asked.
    return undefined;
  }
}

type Question = {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly deadlineMs: number | undefined;
};

async function askControl(
  { url, token }: ControlAddress,
  { method, path, body, deadlineMs = DEADLINE_MS }: Question,
): Promise<ControlReply<unknown>> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const value: unknown = await response.json();
    if (response.ok) return { ok: true, value };
    const { reason } = z.object({ reason: z.string() }).parse(value);
    return { ok: false, isAway: false, reason };
  } catch (error) {
    return { ok: false, isAway: true, reason: reasonOf(error) };
  }
}
