/** The console benchmark's figures, for people. */
import { formatCount } from "@spillway/kit/charts/table.ts";
import type { ConsoleBench } from "./bench-console.ts";
import type { DryRunBeside } from "./dry-run-beside.ts";
import type { FirstScreen } from "./first-screen.ts";
import type { Beside, Ratio } from "./measure-beside.ts";
import { settled, type PageOverTime } from "./page-over-time.ts";
import type { Trend } from "./trend.ts";

export function describe(bench: ConsoleBench): string {
  const { answers, dryRun, firstScreen, page, consoles, rate, tuples } = bench;
  return [
    ...(answers === undefined ? [] : [besideLines(`${consoles} consoles`, answers, "must ≤ 1.10")]),
    ...(dryRun === undefined ? [] : [dryRunLines(dryRun, tuples)]),
    ...(firstScreen === undefined ? [] : [firstScreenLines(firstScreen)]),
    ...(page === undefined ? [] : [pageLines(page)]),
    ...(answers === undefined
      ? []
      : [
          `Medians of ${answers.rounds} rounds by turns with 95 % intervals, ${rate} requests a second to each server; ${formatCount(bench.items)} items, ${formatCount(bench.users)} users.`,
        ]),
  ].join("\n\n");
}

function besideLines(what: string, measured: Beside, must = ""): string {
  const { alone, beside, p99Ratio, serverP99Ratio, bareP99Ratio } = measured;
  return [
    `${"".padEnd(34)}${"alone".padStart(10)}${"beside".padStart(10)}   ratio, beside ${what}`,
    row("individual answers, p50", alone.p50Ms, beside.p50Ms, (beside.p50Ms / alone.p50Ms).toFixed(2)),
    row("individual answers, p99", alone.p99Ms, beside.p99Ms, ratioText(p99Ratio), must),
    row("  by their own Server-Timing", alone.serverP99Ms, beside.serverP99Ms, ratioText(serverP99Ratio)),
    row("bare Hono, p99", alone.bareP99Ms, beside.bareP99Ms, ratioText(bareP99Ratio)),
    `the origin's processor time a second: ${ms(alone.processorMsASecond)} alone, ${ms(beside.processorMsASecond)} beside`,
  ].join("\n");
}

function ratioText({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function dryRunLines(dryRun: DryRunBeside, tuples: number): string {
  return [
    besideLines("dry runs, one after the other", dryRun),
    `a dry run of ${formatCount(tuples)} tuples at low priority: ${dryRun.dryRunS.toFixed(1)} s, median of ${dryRun.dryRuns}`,
  ].join("\n");
}

function firstScreenLines({ liveMs, slowestLiveMs, cachedLiveMs, bytes, requests }: FirstScreen): string {
  return [
    `first screen, navigation to live figures  ${liveMs.toFixed(0)} ms (slowest ${slowestLiveMs.toFixed(0)}), with a full cache ${cachedLiveMs.toFixed(0)} ms   must ≤ 1,500`,
    `  ${(bytes / 1024).toFixed(1)} KB gzipped in ${requests} files   must ≤ 80`,
  ].join("\n");
}

function pageLines(page: PageOverTime): string {
  const { seconds, turns, samples, busyMsASecond } = page;
  const [first, last] = [settled(samples)[0], samples.at(-1)];
  return [
    `a page open for ${formatCount(seconds)} s, ${formatCount(turns)} turns (an hour has 3,600); after a full collection, at a third of it and at its end:`,
    `  its heap        ${kib(first?.heapBytes)}, ${kib(last?.heapBytes)}; ${slope(page.heapBytesAnHour, 1024)} KiB an hour`,
    `  its listeners   ${first?.listeners}, ${last?.listeners}; ${slope(page.listenersAnHour)} an hour`,
    `  its nodes       ${first?.nodes}, ${last?.nodes}; ${slope(page.nodesAnHour)} an hour`,
    `  the origin's heap  ${kib(first?.originHeapBytes)}, ${kib(last?.originHeapBytes)}; ${slope(page.originHeapBytesAnHour, 1024)} KiB an hour`,
    `  its thread is busy ${busyMsASecond.toFixed(1)} ms a second`,
  ].join("\n");
}

function kib(bytes = Number.NaN): string {
  return `${formatCount(bytes / 1024)} KiB`;
}

/** With its 95 % interval. */
function slope({ slope: value, standardError }: Trend, unit = 1): string {
  const sign = value < 0 ? "−" : "+";
  return `${sign}${Math.abs(value / unit).toFixed(1)} ± ${((1.96 * standardError) / unit).toFixed(1)}`;
}

function row(name: string, alone: number, beside: number, ratio: string, must = ""): string {
  return `${name.padEnd(34)}${ms(alone).padStart(10)}${ms(beside).padStart(10)}   ${ratio}   ${must}`.trimEnd();
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
