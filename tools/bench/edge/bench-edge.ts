/** The edge benchmark: five contenders in one workerd, asked by turns. */
import { load, type Load, type Question } from "./load.ts";
import { median } from "@spillway/kit/statistics.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { keptBytes, MEMORY, pagesBytes } from "@spillway/edge/memory/isolate-memory.ts";
import { benchCatalogue, TITLES, type BenchCatalogue } from "./catalogue.ts";
import { measureMicros, type Micros } from "./micros.ts";
import { fillSite, keepServed, LISTED, servedKey } from "./site.ts";
import { endlessVisits, PATTERNS, visitOf } from "./visitors.ts";
import { timeTailoring } from "./tailoring.ts";
import { viewerCookie, viewerStateSizes, viewerWith, type ViewerStateSizes } from "./viewers.ts";
import { startWorkerd, USER_HASH_KEY, type Service } from "./workerd.ts";

export type EdgeBench = {
  /** Responses a second, medians over the rounds. */
  readonly pagePerSec: number;
  /** The page path without decision tuples recorded. */
  readonly unrecordedPerSec: number;
  readonly barePerSec: number;
  readonly kvStreamPerSec: number;
  /** Pages tailored to viewers who carry a history of 100 titles in their cookie. */
  readonly tailoredPerSec: number;
  /** Medians of the rounds' own ratios. */
  readonly ratioToBare: number;
  readonly ratioToKvStream: number;
  readonly ratioTailoredToBare: number;
  /**
   * The same of the server's processor time for one response, bare ÷ page: on a machine that others use too,
   * rates tell little.
   */
  readonly cpuRatioToBare: number;
  readonly cpuRatioTailoredToBare: number;
  /** The page path with decision tuples recorded, to the same without. */
  readonly ratioRecording: number;
  /** Microseconds a request, each step alone; `tailor` is the median of single pages. */
  readonly micros: Micros & { readonly tailor: number; readonly tailorP99: number };
  /** Of the packs in an isolate's memory. */
  readonly packBytes: number;
  /** Of all that an isolate keeps at its most, while these packs are swapped; as its /health adds it up. */
  readonly isolateBytes: number;
  readonly viewerState: ViewerStateSizes;
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

type Contender = "page" | "unrecorded" | "bare" | "kvStream" | "tailored";

const SERVICES: Readonly<Record<Contender, Service>> = {
  page: "edge",
  unrecorded: "unrecorded",
  bare: "bare",
  kvStream: "kv-stream",
  tailored: "edge",
};
const CONTENDERS = ["page", "unrecorded", "bare", "kvStream", "tailored"] as const;
/** So many of the visitors, by turns, have a history. */
const MAX_VIEWERS = 5000;
const HISTORY = 100;
/** V8 compiles by the number of calls, however slow the machine is. */
const WARM_UP = { amount: 20_000 };

export async function benchEdge(options: {
  readonly rounds: number;
  readonly seconds: number;
  readonly visitors: number;
  readonly say: (line: string) => void;
}): Promise<EdgeBench> {
  const { rounds, seconds, visitors, say } = options;
  say("bundling the workers …");
  await using workerd = await startWorkerd();
  const nowMs = Date.now();
  const catalogue = benchCatalogue(nowMs);
  const viewers = Array.from({ length: Math.min(visitors, MAX_VIEWERS) }, (_, at) =>
    viewerWith(HISTORY, TITLES, at, nowMs),
  );
  await fillSite(workerd.urlOf("kv"), catalogue);
  const served = await checkSameBytes(workerd.urlOf);
  const next = { ...questions(visitors, served), tailored: tailoredQuestions(viewers) };
  const measure = (contender: Contender, extent: Parameters<typeof load>[2]): Promise<Load> =>
    load(workerd.urlOf(SERVICES[contender]), next[contender], extent, workerd.cpuMs);
  for (const contender of CONTENDERS) await measure(contender, WARM_UP);
  const measured: Record<Contender, Load[]> = {
    page: [],
    unrecorded: [],
    bare: [],
    kvStream: [],
    tailored: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    // Nobody is always first.
    for (let turn = 0; turn < CONTENDERS.length; turn += 1) {
      const contender = CONTENDERS[(round + turn) % CONTENDERS.length] ?? "page";
      measured[contender].push(await measure(contender, { duration: seconds }));
    }
    const told = CONTENDERS.map(
      (contender) => `${contender} ${Math.round(measured[contender][round]?.perSec ?? 0)}/s`,
    );
    say(`round ${round + 1} of ${rounds}: ${told.join(", ")}`);
  }
  say("measuring the steps alone …");
  const micros = await measureMicros(workerd.urlOf("micro"));
  const tailoring = timeTailoring(catalogue, viewers, nowMs);
  const perSec = (contender: Contender): number[] => measured[contender].map((one) => one.perSec);
  const ratio = (of: Contender, to: Contender): number =>
    median(perSec(of).map((value, round) => value / (perSec(to)[round] ?? Number.NaN)));
  const cpuRatio = (of: Contender): number =>
    median(measured[of].map((one, round) => (measured.bare[round]?.cpuMicros ?? Number.NaN) / one.cpuMicros));
  const each = <Value>(of: (contender: Contender) => Value): Record<Contender, Value> => ({
    page: of("page"),
    unrecorded: of("unrecorded"),
    bare: of("bare"),
    kvStream: of("kvStream"),
    tailored: of("tailored"),
  });
  return {
    pagePerSec: median(perSec("page")),
    unrecordedPerSec: median(perSec("unrecorded")),
    barePerSec: median(perSec("bare")),
    kvStreamPerSec: median(perSec("kvStream")),
    tailoredPerSec: median(perSec("tailored")),
    ratioToBare: ratio("page", "bare"),
    ratioToKvStream: ratio("page", "kvStream"),
    ratioTailoredToBare: ratio("tailored", "bare"),
    cpuRatioToBare: cpuRatio("page"),
    cpuRatioTailoredToBare: cpuRatio("tailored"),
    ratioRecording: ratio("page", "unrecorded"),
    micros: { ...micros, tailor: tailoring.medianMicros, tailorP99: tailoring.p99Micros },
    packBytes: catalogue.packs.bytes(),
    isolateBytes: isolateBytes(catalogue),
    viewerState: viewerStateSizes(nowMs),
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

function questions(visitors: number, { cluster, holdout }: ServedLengths) {
  const asBaseline = (): (() => Question) => {
    const visit = endlessVisits(visitors);
    return () => {
      const { path, headers, pattern } = visit();
      const isRight = (length: number): boolean => length === cluster[pattern];
      return { path: `${path}&key=${servedKey(pattern)}`, headers, isRight };
    };
  };
  const asEdge = (): (() => Question) => {
    const visit = endlessVisits(visitors);
    return () => {
      const { path, headers, pattern } = visit();
      return { path, headers, isRight: (length) => length === cluster[pattern] || length === holdout };
    };
  };
  return { page: asEdge(), unrecorded: asEdge(), bare: asBaseline(), kvStream: asBaseline() };
}

/** With as many pages as there is room for, and all suspects. */
function isolateBytes({ packs, modelPack }: BenchCatalogue): number {
  const swapBytes = Math.max(packs.catalogue.mostBytes, modelPack.byteLength);
  const sizes = { bytes: packs.bytes(), swapBytes };
  const kept = keptBytes({
    pages: pagesBytes(sizes),
    overlays: MEMORY.overlays,
    packs: sizes,
    suspects: LISTED,
  });
  return Object.values(kept).reduce((sum, bytes) => sum + bytes, 0);
}

/** Viewers who name their user and carry their history; those of the holdout get everybody's page. */
function tailoredQuestions(viewers: readonly ViewerState[]): () => Question {
  const hashUser = createUserHash(USER_HASH_KEY);
  const asked = viewers.map((viewer, at): Question => {
    const { path, headers } = visitOf(at);
    const user = `viewer-${at}`;
    const cookie = `${headers["cookie"]}; ${COOKIE.viewer}=${viewerCookie(viewer, hashUser(user))}`;
    return {
      path: `${path.replace(/&user=[^&]*/, "")}&user=${user}`,
      headers: { ...headers, cookie },
      isRight: (_, served) => /^(?:tailored;|generic;reason=holdout;)/.test(served),
    };
  });
  let next = 0;
  return () => asked[next++ % asked.length] as Question;
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
