/**
 * The console benchmark, on a real origin: what open consoles cost individual answers, how soon the first
 * screen lives, what a page that stays open holds, and what a dry run costs the answers beside it.
 */
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM, launchBrowser } from "@spillway/kit/processes/browser.ts";
import { openLoop, type PlannedRequest } from "@spillway/kit/processes/open-loop.ts";
import { measureFirstScreen, type FirstScreen } from "./first-screen.ts";
import { measureDryRun, type DryRunBeside } from "./dry-run-beside.ts";
import { measureBeside, type Beside } from "./measure-beside.ts";
import { startConsoles } from "./open-consoles.ts";
import { watchPage, type PageOverTime } from "./page-over-time.ts";
import { pathOf } from "../origin/measure-window.ts";
import { startBenchOrigin, type BenchOrigin } from "./bench-origin.ts";

export type ConsoleBenchOptions = {
  readonly items: number;
  readonly users: number;
  readonly history: number;
  readonly consoles: number;
  readonly rate: number;
  readonly rounds: number;
  readonly window: number;
  readonly loads: number;
  readonly seconds: number;
  readonly speed: number;
  readonly samples: number;
  readonly tuples: number;
};

export type ConsoleBench = ConsoleBenchOptions & {
  /** With all consoles open, against none. */
  readonly answers: Beside | undefined;
  /** Undefined where there is no Chromium, and so is `page`. */
  readonly firstScreen: FirstScreen | undefined;
  readonly page: PageOverTime | undefined;
  readonly dryRun: DryRunBeside | undefined;
};

/** What the origin answers while the page is watched, so that its figures move. */
const GENTLE_PER_SEC = 5;

/** `rounds`, `loads`, `seconds` and `tuples` leave a part out where they are 0. */
export async function benchConsole(
  options: ConsoleBenchOptions,
  say: (line: string) => void,
): Promise<ConsoleBench> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "spillway-bench-"));
  say(`seeding ${options.items} items and ${options.users} users; the first cycle trains and publishes …`);
  await using origin = await startBenchOrigin(folder.path, options);
  const answers = await answersBeside(origin, options, say);
  const dryRun =
    options.tuples === 0 || options.rounds === 0 ? undefined : await measureDryRun(origin, options, say);
  return { ...options, answers, dryRun, ...(await inBrowser(origin, options, say)) };
}

async function answersBeside(
  origin: BenchOrigin,
  { consoles, rounds, rate, window: seconds }: ConsoleBenchOptions,
  say: (line: string) => void,
): Promise<Beside | undefined> {
  if (rounds === 0) return undefined;
  using open = startConsoles(origin.url, origin.cookie, consoles);
  const during = async (): Promise<AsyncDisposable> => {
    await open.turn(true);
    return {
      [Symbol.asyncDispose]: async () => {
        const asked = await open.turn(false);
        if (asked < consoles) throw new Error(`${consoles} consoles have asked only ${asked} times`);
      },
    };
  };
  return await measureBeside(origin, { rounds, rate, seconds, what: `${consoles} consoles`, during, say });
}

async function inBrowser(
  origin: BenchOrigin,
  options: ConsoleBenchOptions,
  say: (line: string) => void,
): Promise<Pick<ConsoleBench, "firstScreen" | "page">> {
  const { loads, seconds, speed, samples, users } = options;
  if (CHROMIUM === undefined) say("no Chromium at $CHROMIUM or /usr/bin/chromium: the page is not measured");
  if (CHROMIUM === undefined || (loads === 0 && seconds === 0))
    return { firstScreen: undefined, page: undefined };
  const consoleUrl = `${origin.url.replace("127.0.0.1", "localhost")}/console/`;
  const browser = await launchBrowser(CHROMIUM);
  const load = openLoop(() => undefined);
  let isOver = false;
  const visiting = load.sendAll(
    gentle(origin.url, users, () => isOver),
    { startMs: performance.now() },
  );
  try {
    const firstScreen =
      loads === 0 ? undefined : await measureFirstScreen(browser, consoleUrl, origin.token, loads);
    if (firstScreen !== undefined)
      say(`first screen: ${firstScreen.liveMs.toFixed(0)} ms, ${(firstScreen.bytes / 1024).toFixed(1)} KB`);
    if (seconds === 0) return { firstScreen, page: undefined };
    const page = await watchPage(browser, consoleUrl, origin.token, {
      seconds,
      speed,
      samples,
      originHeapBytes: origin.heapBytes,
      onSample: ({ atS, turns, heapBytes, listeners, nodes, originHeapBytes }) =>
        say(
          `${atS.toFixed(0)} s, ${turns} turns: ${kib(heapBytes)} KiB, ${listeners} listeners, ${nodes} nodes; the origin's heap ${kib(originHeapBytes)} KiB`,
        ),
    });
    return { firstScreen, page };
  } finally {
    isOver = true;
    await visiting;
    load.close();
    await browser.close();
  }
}

function* gentle(url: string, users: number, isOver: () => boolean): Generator<PlannedRequest> {
  for (let at = 0; !isOver(); at += 1)
    yield { url: url + pathOf(at, users), atMs: (1000 * at) / GENTLE_PER_SEC };
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}
