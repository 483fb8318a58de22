/** `spillway spike` plays a kick-off on the demo: real requests to the edge of this machine. */
import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { EXIT_FAILED, EXIT_USAGE, exitOnUsageError, UsageError } from "@spillway/kit/commands/usage.ts";
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { abortOnInterrupt, EXIT_INTERRUPTED } from "@spillway/kit/processes/interrupt.ts";
import { loadConfig, readEnvironment } from "@spillway/origin/config.ts";
import { EXIT_UNREACHABLE, printRefusal } from "../operate/admin-call.ts";
import { openControl, type Control, type DemoAddresses } from "./control-client.ts";
import { runSpike } from "./run-spike.ts";
import { planSpike } from "./schedule.ts";
import { checkBounds, durationMs, multipleOfThreshold, type SpikeOptions } from "./spike-options.ts";
import type { SpikeProgress } from "./spike-progress.ts";
import { liveLine, reportText } from "./spike-report.ts";
import { SpikeTally } from "./spike-tally.ts";
import { lowerThreshold } from "./threshold-for-a-while.ts";

type Flags = {
  readonly to: number;
  readonly for: number;
  readonly threshold: number;
  readonly killOriginAt?: number;
  readonly seed: number;
  readonly json: boolean;
};

export function spikeCommand(): Command {
  const command: Command = exitOnUsageError(new Command("spike"))
    .description("play a kick-off on the demo that `pnpm start` runs on this machine")
    .option("--to <multiple>", "the wall, in thresholds", multipleOfThreshold, 100)
    .option("--for <time>", "how long all of it takes, such as 60s", durationMs, 60_000)
    .option("--threshold <rate>", "what the origin personalizes a second meanwhile", numberBetween(1, 100), 5)
    .option(
      "--kill-origin-at <time>",
      "end the origin so long after the start; it is back at the end",
      durationMs,
    )
    .option("--seed <number>", "of who comes when", wholeNumber(0, 2 ** 31), 1)
    .option("--json", "print the figures as JSON", false)
    .addHelpText(
      "after",
      `\nThe threshold is lowered by an override that ends by itself. Visitors are synthetic, and only ask for pages.\n` +
        `Exit codes: 0 everybody got a page; ${EXIT_FAILED} somebody did not, or it was refused; ${EXIT_USAGE} wrong use; ` +
        `${EXIT_UNREACHABLE} no \`start\` runs with this data folder, or its origin is away; ${EXIT_INTERRUPTED} interrupted.`,
    )
    .action(async (flags: Flags) => {
      const options: SpikeOptions = {
        thresholdPerSec: flags.threshold,
        toOfThreshold: flags.to,
        forMs: flags.for,
        killOriginAtMs: flags.killOriginAt,
        seed: flags.seed,
      };
      process.exitCode = await spike(command, options, flags.json);
    });
  return command;
}

async function spike(command: Command, options: SpikeOptions, json: boolean): Promise<number> {
  try {
    checkBounds(options);
  } catch (error) {
    if (error instanceof UsageError) command.error(`error: ${error.message}`, { exitCode: EXIT_USAGE });
    throw error;
  }
  const { dataDirectory } = loadConfig(readEnvironment());
  const control = openControl(dataDirectory);
  const addresses = await control?.addresses();
  if (control === undefined || addresses === undefined || (!addresses.ok && addresses.isAway)) {
    console.error(
      `A spike is played on the demo that \`pnpm start\` runs, and no start runs with ${dataDirectory}.`,
    );
    return EXIT_UNREACHABLE;
  }
  if (!addresses.ok) return refuse(addresses.reason);
  return perform({ control, addresses: addresses.value, options, json });
}

function refuse(reason: string): number {
  console.error(`No spike: ${reason}.`);
  return EXIT_FAILED;
}

type Performance = {
  readonly control: Control;
  readonly addresses: DemoAddresses;
  readonly options: SpikeOptions;
  readonly json: boolean;
};

async function perform({ control, addresses, options, json }: Performance): Promise<number> {
  const [id, tally, controller] = [randomUUID(), new SpikeTally(), new AbortController()];
  const stopListening = abortOnInterrupt(controller);
  const progressOf = (phase: SpikeProgress["phase"], atMs: number): SpikeProgress => ({
    id,
    phase,
    atMs,
    forMs: options.forMs,
    thresholdPerSec: options.thresholdPerSec,
    peakPerSec: options.thresholdPerSec * options.toOfThreshold,
    recent: tally.recent(atMs),
    total: tally.counts(),
  });
  const reserved = await control.tell(progressOf("calm", 0));
  if (!reserved.ok) return refuse(reserved.reason);
  const lowering = await lowerThreshold(addresses.originUrl, options.thresholdPerSec, options.forMs);
  if (lowering.kind !== "lowered") {
    await control.tell(progressOf("over", 0));
    return lowering.kind === "taken" ? refuse(lowering.reason) : printRefusal(lowering.reply);
  }
  const killing = killOriginLater(control, options.killOriginAtMs, controller.signal);
  const print = json ? () => undefined : createLivePrinter();
  let last = 0;
  await runSpike(
    {
      id,
      edgeUrl: addresses.edgeUrl,
      options,
      signal: controller.signal,
      onProgress: (progress) => {
        print(progress);
        last = progress.atMs;
        void control.tell(progress);
      },
    },
    tally,
  );
  const killed = await killing;
  if (killed) await control.startOrigin();
  await lowering.end();
  await control.tell(progressOf("over", last));
  stopListening();
  return conclude(tally, { options, json, isInterrupted: controller.signal.aborted });
}

/** Resolves with whether it was killed, at once when the spike is interrupted before. */
function killOriginLater(control: Control, atMs: number | undefined, signal: AbortSignal): Promise<boolean> {
  if (atMs === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => void control.killOrigin().then(({ ok }) => resolve(ok)), atMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** A line each second, over the one before where it is a terminal. */
function createLivePrinter(): (progress: SpikeProgress) => void {
  const { isTTY } = process.stderr;
  let printedS = 0;
  return (progress) => {
    const second = Math.floor(progress.atMs / 1000);
    if (second === printedS) return;
    printedS = second;
    process.stderr.write(isTTY ? `\r\u001B[K${liveLine(progress)}` : `${liveLine(progress)}\n`);
  };
}

type Conclusion = {
  readonly options: SpikeOptions;
  readonly json: boolean;
  readonly isInterrupted: boolean;
};

function conclude(tally: SpikeTally, { options, json, isInterrupted }: Conclusion): number {
  const figures = tally.figures();
  if (!json && process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  console.log(
    json
      ? JSON.stringify({ options, phases: planSpike(options).phases, ...figures, isInterrupted })
      : reportText(figures),
  );
  if (isInterrupted) return EXIT_INTERRUPTED;
  return figures.failed === 0 ? 0 : EXIT_FAILED;
}
