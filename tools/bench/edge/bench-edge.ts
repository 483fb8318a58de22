/** The edge benchmark: three workers in one workerd, asked by turns. */
import { load, type Load } from "./load.ts";
import { median } from "@spillway/kit/statistics.ts";
import { measureMicros, type Micros } from "./micros.ts";
import { fillSite, visits } from "./site.ts";
import { startWorkerd, type Service } from "./workerd.ts";

export type EdgeBench = {
  /** Responses a second, medians over the rounds. */
  readonly pagePerSec: number;
  readonly barePerSec: number;
  readonly kvStreamPerSec: number;
  /** Medians of the rounds' own ratios. */
  readonly ratioToBare: number;
  readonly ratioToKvStream: number;
  /** Microseconds a request, each step alone. */
  readonly micros: Micros;
  /** Lowest and highest round. */
  readonly spread: Readonly<Record<Contender, readonly [least: number, most: number]>>;
  /** Processor time of workerd for one response, medians. */
  readonly cpuMicros: Readonly<Record<Contender, number>>;
  /** The server's share of one core while the page path was measured. */
  readonly busy: number;
  /** The load generator's share of one core while the fastest was measured. */
  readonly generatorBusy: number;
  readonly rounds: number;
  readonly seconds: number;
};

type Contender = "page" | "bare" | "kvStream";

const SERVICES: Readonly<Record<Contender, Service>> = { page: "edge", bare: "bare", kvStream: "kv-stream" };
const CONTENDERS = ["page", "bare", "kvStream"] as const;
const WARM_UP_S = 2;

export async function benchEdge(options: {
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}): Promise<EdgeBench> {
  const { rounds, seconds, say } = options;
  say("bundling the workers …");
  await using workerd = await startWorkerd();
  await fillSite(workerd.urlOf("kv"));
  const lengths = await checkSameBytes(workerd.urlOf);
  const measure = (contender: Contender, forS: number): Promise<Load> =>
    load(workerd.urlOf(SERVICES[contender]), visits(contender === "page"), lengths, forS, workerd.cpuMs);
  for (const contender of CONTENDERS) await measure(contender, WARM_UP_S);
  const measured: Record<Contender, Load[]> = { page: [], bare: [], kvStream: [] };
  for (let round = 0; round < rounds; round += 1) {
    // Nobody is always first.
    for (let turn = 0; turn < CONTENDERS.length; turn += 1) {
      const contender = CONTENDERS[(round + turn) % CONTENDERS.length] ?? "page";
      measured[contender].push(await measure(contender, seconds));
    }
    const told = CONTENDERS.map(
      (contender) => `${contender} ${Math.round(measured[contender][round]?.perSec ?? 0)}/s`,
    );
    say(`round ${round + 1} of ${rounds}: ${told.join(", ")}`);
  }
  say("measuring the steps alone …");
  const micros = await measureMicros(workerd.urlOf("micro"));
  const perSec = (contender: Contender): number[] => measured[contender].map((one) => one.perSec);
  const ratio = (to: Contender): number =>
    median(perSec("page").map((value, round) => value / (perSec(to)[round] ?? Number.NaN)));
  const each = <Value>(of: (contender: Contender) => Value): Record<Contender, Value> => ({
    page: of("page"),
    bare: of("bare"),
    kvStream: of("kvStream"),
  });
  return {
    pagePerSec: median(perSec("page")),
    barePerSec: median(perSec("bare")),
    kvStreamPerSec: median(perSec("kvStream")),
    ratioToBare: ratio("bare"),
    ratioToKvStream: ratio("kvStream"),
    micros,
    spread: each((contender) => [Math.min(...perSec(contender)), Math.max(...perSec(contender))] as const),
    cpuMicros: each((contender) => median(measured[contender].map((one) => one.cpuMicros))),
    busy: median(measured.page.map((one) => one.busy)),
    generatorBusy: median(measured.bare.map((one) => one.generatorBusy)),
    rounds,
    seconds,
  };
}

/**
 * Before anything is timed: all three answer the same bytes, and the edge from its stored pages; throws
 * otherwise. Gives the length of each visit's page.
 */
async function checkSameBytes(urlOf: (service: Service) => string): Promise<number[]> {
  const lengths: number[] = [];
  for (const [at, page] of visits(true).entries()) {
    const bare = visits(false)[at];
    const answer = await fetch(urlOf("edge") + page.path, { headers: page.headers });
    const bytes = await answer.text();
    const served = answer.headers.get("spillway-served") ?? "";
    if (!served.startsWith("cluster;"))
      throw new Error(`${page.path} was served ${served}, not as a cluster page`);
    for (const service of ["bare", "kv-stream"] as const) {
      const other = await (await fetch(urlOf(service) + (bare?.path ?? ""))).text();
      if (other !== bytes) throw new Error(`${service} answers other bytes than the edge for ${page.path}`);
    }
    lengths.push(bytes.length);
  }
  return lengths;
}
