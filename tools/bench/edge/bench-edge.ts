/** The edge benchmark: three workers in one workerd, asked by turns. */
import { load, type Load, type Question } from "./load.ts";
import { median } from "@spillway/kit/statistics.ts";
import { measureMicros, type Micros } from "./micros.ts";
import { fillSite, keepServed, servedKey } from "./site.ts";
import { endlessVisits, PATTERNS, visitOf } from "./visitors.ts";
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
  readonly visitors: number;
  readonly say: (line: string) => void;
}): Promise<EdgeBench> {
  const { rounds, seconds, visitors, say } = options;
  say("bundling the workers …");
  await using workerd = await startWorkerd();
  await fillSite(workerd.urlOf("kv"));
  const served = await checkSameBytes(workerd.urlOf);
  const next = questions(visitors, served);
  const measure = (contender: Contender, forS: number): Promise<Load> =>
    load(workerd.urlOf(SERVICES[contender]), next[contender], forS, workerd.cpuMs);
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

/** Lengths of the pages: by a visit's pattern, and of everybody's page, which the holdout gets. */
type ServedLengths = { readonly cluster: readonly number[]; readonly holdout: number };

function questions(visitors: number, { cluster, holdout }: ServedLengths): Record<Contender, () => Question> {
  const asBaseline = (): (() => Question) => {
    const visit = endlessVisits(visitors);
    return () => {
      const { path, headers, pattern } = visit();
      const isRight = (length: number): boolean => length === cluster[pattern];
      return { path: `${path}&key=${servedKey(pattern)}`, headers, isRight };
    };
  };
  const visit = endlessVisits(visitors);
  const page = (): Question => {
    const { path, headers, pattern } = visit();
    return { path, headers, isRight: (length) => length === cluster[pattern] || length === holdout };
  };
  return { page, bare: asBaseline(), kvStream: asBaseline() };
}

/**
 * Before anything is timed: the edge answers every pattern from its stored pages, and the baselines get the
 * same bytes; throws otherwise.
 */
async function checkSameBytes(urlOf: (service: Service) => string): Promise<ServedLengths> {
  const cluster: number[] = [];
  let holdout: number | undefined;
  for (let visitor = 0; cluster.filter(Boolean).length < PATTERNS || holdout === undefined; visitor += 1) {
    const { path, headers, pattern } = visitOf(visitor);
    const answer = await fetch(urlOf("edge") + path, { headers });
    const bytes = await answer.text();
    const served = answer.headers.get("spillway-served") ?? "";
    if (served.startsWith("generic;reason=holdout")) holdout = bytes.length;
    else if (!served.startsWith("cluster;"))
      throw new Error(`${path} was served ${served}, not as a cluster page`);
    else if (cluster[pattern] === undefined) {
      cluster[pattern] = bytes.length;
      await keepServed(urlOf("kv"), pattern, bytes);
      for (const service of ["bare", "kv-stream"] as const) {
        const other = await (await fetch(`${urlOf(service)}${path}&key=${servedKey(pattern)}`)).text();
        if (other !== bytes) throw new Error(`${service} answers other bytes than the edge for ${path}`);
      }
    }
  }
  return { cluster, holdout };
}
