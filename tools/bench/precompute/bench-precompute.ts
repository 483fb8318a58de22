/** Seeds a store in a temporary folder, and has another process measure cycles on it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MeasureOptions } from "./seeded-store.ts";
import type { CurvePoint, Measured, Measurement, PrecomputeOptions } from "./measurement.ts";
import { kvCosts, type KvCost } from "./kv-costs.ts";
import { seededFile } from "./seeded-file.ts";

export type PrecomputeBench = Measurement & {
  readonly users: number;
  readonly items: number;
  readonly playsPerUser: number;
  readonly seedS: number;
  readonly kvWritesPerMonth: readonly KvCost[];
};

const PROCESS = fileURLToPath(new URL("measure-process.ts", import.meta.url));

export async function benchPrecompute(options: PrecomputeOptions): Promise<PrecomputeBench> {
  const { seedS, entries, measurement } = await seedAndMeasure("whole", options);
  const { users, items } = options;
  return {
    ...measurement,
    kvWritesPerMonth: kvCosts(measurement),
    users,
    items,
    playsPerUser: entries / users,
    seedS,
  };
}

export type PrecomputeCurve = { readonly items: number; readonly curve: readonly CurvePoint[] };

/** The same platform with audiences of several sizes, one after the other. */
export async function benchCurve(
  sizes: readonly number[],
  options: Omit<PrecomputeOptions, "users">,
): Promise<PrecomputeCurve> {
  const curve: CurvePoint[] = [];
  for (const users of sizes) {
    // One after the other: each has the whole machine.
    // oxlint-disable-next-line no-await-in-loop
    curve.push((await seedAndMeasure("curve", { ...options, users })).measurement);
  }
  return { items: options.items, curve };
}

async function seedAndMeasure<Kind extends keyof Measured>(
  kind: Kind,
  options: PrecomputeOptions,
): Promise<{ readonly seedS: number; readonly entries: number; readonly measurement: Measured[Kind] }> {
  const interrupted = new AbortController();
  // The measuring process gets the signal too; the folder is removed in any case.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "spillway-precompute-"));
  const { path, nowMs, seedS, entries } = await seededFile(
    folder.path,
    options.seeds,
    options,
    interrupted.signal,
  );
  const measurement = await measureApart(kind, { ...options, path, nowMs }, interrupted.signal);
  return { seedS, entries, measurement };
}

async function measureApart<Kind extends keyof Measured>(
  kind: Kind,
  options: MeasureOptions,
  interrupted: AbortSignal,
): Promise<Measured[Kind]> {
  const child = fork(PROCESS, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  interrupted.addEventListener("abort", () => child.kill());
  let measurement: Measured[Kind] | undefined;
  child.on("message", (message) => {
    measurement = message as Measured[Kind];
  });
  child.send({ kind, options });
  await once(child, "exit");
  interrupted.throwIfAborted();
  if (measurement === undefined) {
    throw new Error(
      `the measuring process ended without a result (${child.signalCode ?? `exit code ${child.exitCode}`})`,
    );
  }
  return measurement;
}
