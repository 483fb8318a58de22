/** `rehearse --live`: the origin and several isolates as real processes on this machine. */
import { drawLive } from "../live/draw-live.ts";
import { DEFAULT_LIVE } from "../live/options.ts";
import { rehearseLive } from "../live/rehearse-live.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import type { FleetFlags } from "./fleet-options.ts";

const EXIT_NOT_VALID = 3;

/** `explicit`: whether the user has set a flag; the fleet's defaults are not this machine's. */
export async function rehearseLiveCommand(
  flags: FleetFlags & { readonly isolates: number },
  explicit: (name: string) => boolean,
): Promise<number> {
  if (flags.html !== undefined) throw new UsageError("--html: the live rehearsal draws in the terminal");
  using progress = createProgress("rehearsing live");
  const options = {
    ...DEFAULT_LIVE,
    isolates: flags.isolates,
    seed: flags.seed,
    ...(explicit("threshold") && { thresholdPerSec: flags.threshold }),
    ...(explicit("base") && { baseOfThreshold: flags.base }),
    ...(explicit("peak") && { peakOfThreshold: flags.peak }),
    onProgress: (phase: string, done: number, total: number) => progress.update(done, total, phase),
  };
  const result = await rehearseLive(options);
  progress.stop();
  console.log(flags.json === true ? JSON.stringify(result) : drawLive(result));
  if (result.ok) return 0;
  return result.valid ? 1 : EXIT_NOT_VALID;
}
