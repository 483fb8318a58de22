/** `pnpm bench edge`: what a page costs at the edge, against the least that a worker can cost. */
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { Command } from "commander";
import { benchEdge, type EdgeBench } from "./bench-edge.ts";

export function edgeCommand(): Command {
  return new Command("edge")
    .description(
      "the bundled worker under workerd: pages a second, against a bare worker from memory and one from KV",
    )
    .option("--rounds <n>", "rounds, interleaved", wholeNumber(1, 1000), 5)
    .option("--seconds <n>", "of each measurement", wholeNumber(1, 1000), 2)
    .option("--visitors <n>", "different visitors, who come by turns", wholeNumber(1, 10_000_000), 100_000)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExit codes: 0 measured, 1 a worker answered wrongly, or could not be started.")
    .action(async (options: { rounds: number; seconds: number; visitors: number; json?: true }) => {
      const bench = await benchEdge({ ...options, say: (line) => console.error(line) });
      console.log(options.json === true ? JSON.stringify(bench) : describe(bench));
    });
}

function describe(bench: EdgeBench): string {
  const {
    pagePerSec,
    barePerSec,
    kvStreamPerSec,
    tailoredPerSec,
    packBytes,
    isolateBytes,
    viewerState,
    ratioToBare,
    ratioToKvStream,
    ratioTailoredToBare,
    cpuRatioToBare,
    cpuRatioTailoredToBare,
    ratioRecording,
    spread,
    cpuMicros,
    micros,
  } = bench;
  const { signals, referrer, bareMap, assign, admit, suspectNew, suspectKnown, visitorId, headers } = micros;
  return [
    row("cluster page, the edge worker", pagePerSec, spread.page, cpuMicros.page),
    row("the same, no tuples recorded", bench.unrecordedPerSec, spread.unrecorded, cpuMicros.unrecorded),
    row("(a) bare Hono, same bytes, memory", barePerSec, spread.bare, cpuMicros.bare),
    row("(b) bare Hono, KV stream", kvStreamPerSec, spread.kvStream, cpuMicros.kvStream),
    row("page tailored to its viewer", tailoredPerSec, spread.tailored, cpuMicros.tailored),
    "",
    `ratio to (a)  ${ratioToBare.toFixed(2)}, by processor time ${cpuRatioToBare.toFixed(2)}   must ≥ 0.90, aim 0.95`,
    `tailored, ratio to (a)  ${ratioTailoredToBare.toFixed(2)}, by processor time ${cpuRatioTailoredToBare.toFixed(2)}   must ≥ 0.50, aim 0.70`,
    `with decision tuples recorded, ratio to without  ${ratioRecording.toFixed(3)}   must ≥ 0.98; recording alone ${micros.record.toFixed(2)} µs`,
    `ratio to (b)  ${ratioToKvStream.toFixed(2)}   must > 1`,
    "",
    `signals ${signals.toFixed(2)} µs, assignment ${assign.toFixed(2)} µs, admission ${admit.toFixed(2)} µs, headers and response ${headers.toFixed(2)} µs`,
    `signals + assignment + admission ${(signals + assign + admit).toFixed(2)} µs   must ≤ 10, aim 3`,
    `a referrer's host looked up ${referrer.toFixed(2)} µs, ${(referrer / bareMap).toFixed(1)} times a bare Map's ${bareMap.toFixed(2)} µs   must ≤ 1`,
    `a user looked up among half a million suspects ${suspectNew.toFixed(2)} µs, one of a thousand who come again ${suspectKnown.toFixed(2)} µs, a new visitor's id ${visitorId.toFixed(2)} µs`,
    `tailoring alone, in this process: median ${micros.tailor.toFixed(0)} µs, 99 % within ${micros.tailorP99.toFixed(0)} µs   must ≤ 150 and 600, aim 60`,
    `packs in an isolate's memory ${(packBytes / 1e6).toFixed(1)} MB   must ≤ 12, aim 8; all of an isolate while they are swapped ${(isolateBytes / 1e6).toFixed(1)} MB   must ≤ 64`,
    `viewer state in the cookie: ${viewerState.medianBytes} B with MovieLens' median history of 96 titles, ${viewerState.bytesAt1000} B with 1,000   must ≤ 200 and 1,600`,
    "",
    `Medians of ${bench.rounds} interleaved rounds, ${bench.seconds} s each; of one core, workerd was busy ${percent(bench.busy)} with the page, the load generator ${percent(bench.generatorBusy)} with (a), the fastest.`,
  ].join("\n");
}

function row(
  name: string,
  perSec: number,
  [least, most]: readonly [number, number],
  cpuMicros: number,
): string {
  const rate = `${count(perSec).padStart(8)}/s  (${count(least)}–${count(most)})`;
  return `${name.padEnd(34)}${rate}  ${cpuMicros.toFixed(0).padStart(4)} µs of processor each`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function count(value: number): string {
  return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 }).format(value);
}
