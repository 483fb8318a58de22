/**
 * Hands out reports: each is made once for all who ask for it at the same time, one after the other, and kept
 * where its days are over. Nobody waits for it any more: it ends.
 */
import { fileURLToPath } from "node:url";
import { dayBefore } from "@spillway/analytics/coverage/local-day.ts";
import { createBackgroundProcess } from "../background/background-process.ts";
import type { BackgroundAnswer, BackgroundProgress } from "../background/messages.ts";
import type { AskedOfProcess, MadeReport, ReportQuestion } from "./messages.ts";

export type ReportAnswer = BackgroundAnswer<MadeReport> | { readonly kind: "busy" | "cancelled" };

/** `waiting`: another report is made first. */
export type ReportProgress =
  | { readonly kind: "waiting" }
  | ({ readonly kind: "computing" } & Partial<BackgroundProgress>);

export type ReportAsker = {
  /** The asker has gone. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReportProgress) => void;
  /** What is kept will not do. */
  readonly isFresh: boolean;
};

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
/** A month of a large platform is some minutes at low priority. */
const DEADLINE_MS = 900_000;
/** Reports that are made or waited for. */
const MOST = 8;
const MOST_KEPT = 24;
/** Late parts of the log, a new list of suspects and a new holdout are seen after that. */
const KEPT_MS = 3_600_000;

type Job = {
  readonly answer: Promise<ReportAnswer>;
  readonly askers: Set<ReportAsker["onProgress"]>;
  readonly abort: AbortController;
  progress: ReportProgress;
};

export type ReportDeskDeps = {
  readonly databasePath: string;
  readonly servingLogPath: string;
  readonly nowMs: () => number;
};

export class ReportDesk {
  readonly #deps: ReportDeskDeps;
  readonly #maker = createBackgroundProcess<AskedOfProcess, MadeReport>(MAIN, DEADLINE_MS);
  readonly #jobs = new Map<string, Job>();
  readonly #kept = new Map<string, { readonly atMs: number; readonly made: MadeReport }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ReportDeskDeps) {
    this.#deps = deps;
  }

  /** `busy` where too many wait already. Never rejects. */
  async ask(question: ReportQuestion, asker: ReportAsker): Promise<ReportAnswer> {
    const key = JSON.stringify(question);
    const known = asker.isFresh ? undefined : this.#known(key, question);
    if (known !== undefined) return { kind: "done", result: known };
    if (!this.#jobs.has(key) && this.#jobs.size >= MOST) return { kind: "busy" };
    const job = this.#jobs.get(key) ?? this.#begin(key, question);
    job.askers.add(asker.onProgress);
    asker.onProgress(job.progress);
    try {
      return await Promise.race([job.answer, gone(asker.signal)]);
    } finally {
      job.askers.delete(asker.onProgress);
      if (job.askers.size === 0) this.#end(key, job);
    }
  }

  stop(): void {
    for (const [key, job] of this.#jobs) this.#end(key, job);
    this.#maker.stop();
  }

  #begin(key: string, question: ReportQuestion): Job {
    const job: Job = {
      // What is asked of the job is asked after this.
      answer: this.#turn.then(() => this.#make(key, question, job)),
      askers: new Set(),
      abort: new AbortController(),
      progress: { kind: this.#jobs.size > 0 ? "waiting" : "computing" },
    };
    this.#turn = job.answer;
    this.#jobs.set(key, job);
    return job;
  }

  async #make(key: string, question: ReportQuestion, job: Job): Promise<ReportAnswer> {
    const tell = (progress: ReportProgress): void => {
      job.progress = progress;
      for (const onProgress of job.askers) onProgress(progress);
    };
    tell({ kind: "computing" });
    const { nowMs, databasePath, servingLogPath } = this.#deps;
    const answer = await this.#maker.run(
      { ...question, databasePath, servingLogPath, nowMs: nowMs() },
      {
        signal: job.abort.signal,
        onProgress: ({ done, total }) => tell({ kind: "computing", done, total }),
      },
    );
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    // What there was nothing of is made quickly, and an origin that has just started soon has something.
    if (answer.kind === "done" && answer.result.isOver && !answer.result.isEmpty)
      this.#keep(key, answer.result);
    return answer;
  }

  /** Who asks for it from now on has it made anew. */
  #end(key: string, job: Job): void {
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    job.abort.abort();
  }

  /** Where no day was asked for, it is another one after midnight. */
  #known(key: string, { day }: ReportQuestion): MadeReport | undefined {
    const { atMs, made } = this.#kept.get(key) ?? {};
    const nowMs = this.#deps.nowMs();
    if (atMs === undefined || made === undefined || nowMs - atMs >= KEPT_MS) return undefined;
    const isSameDay = dayBefore(nowMs, made.timeZone) === dayBefore(atMs, made.timeZone);
    return day !== undefined || isSameDay ? made : undefined;
  }

  #keep(key: string, made: MadeReport): void {
    this.#kept.delete(key);
    this.#kept.set(key, { atMs: this.#deps.nowMs(), made });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

async function gone(signal: AbortSignal): Promise<ReportAnswer> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return { kind: "cancelled" };
}
