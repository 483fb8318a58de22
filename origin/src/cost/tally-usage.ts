/**
 * Adds up records of the serving log for what they cost, in the order in which each isolate has sent them.
 */
import { LOGGED_AS, LOGGED_REASONS } from "@spillway/shared/protocol/serving-log.ts";
import type { Usage } from "@spillway/simulation/cost/usage.ts";
import { eachRecord } from "../serving-log/records.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Read cycles that begin in a minute. */
const CYCLES_A_MINUTE = 2;
/** An isolate whose pages were asked for longer ago reads them anew in any case. */
const FORGOTTEN_MINUTES = 10;
const INDIVIDUAL = LOGGED_AS.indexOf("individual");
const TAILORED = LOGGED_AS.indexOf("tailored");
const POSTED = LOGGED_AS.indexOf("none");
const BUILTIN = LOGGED_AS.indexOf("builtin");
const AWAY = LOGGED_REASONS.indexOf("origin-unreachable");

/** Of one page in one isolate: the minute of its last readings, and how many there were in it. */
type Reading = { minute: number; reads: number };
type IsolatePages = { lastMinute: number; readonly pages: Map<number, Reading> };

export type Tallied = Pick<
  Usage,
  | "pages"
  | "individual"
  | "tailored"
  | "eventPosts"
  | "pagesByMinute"
  | "awayMinutes"
  | "awayIsolateMinutes"
  | "pageReads"
>;

export class UsageTally {
  readonly #fromMinute: number;
  readonly #pagesByMinute: Float64Array;
  readonly #isolates = new Map<string, IsolatePages>();
  readonly #away = new Map<number, Set<string>>();
  #individual = 0;
  #tailored = 0;
  #eventPosts = 0;
  #pageReads = 0;

  constructor(fromMs: number, untilMs: number) {
    this.#fromMinute = Math.floor(fromMs / MINUTE_MS);
    this.#pagesByMinute = new Float64Array(Math.max(0, Math.ceil(untilMs / MINUTE_MS) - this.#fromMinute));
  }

  /** The records of one report, of a UTC day. */
  add(isolate: string, day: number, packed: Buffer): void {
    const own = this.#isolates.get(isolate) ?? { lastMinute: 0, pages: new Map<number, Reading>() };
    this.#isolates.set(isolate, own);
    eachRecord(packed, (_high, _low, minuteOfDay, as, reason, calls, context, cluster) => {
      const minute = day * DAY_MINUTES + minuteOfDay;
      const at = minute - this.#fromMinute;
      if (at < 0 || at >= this.#pagesByMinute.length) return;
      own.lastMinute = Math.max(own.lastMinute, minute);
      if (as === POSTED) {
        this.#eventPosts += calls;
        return;
      }
      this.#pagesByMinute[at] = (this.#pagesByMinute[at] ?? 0) + calls;
      if (as === INDIVIDUAL) this.#individual += calls;
      else if (as !== BUILTIN) this.#readPage(own, minute, context * 65_536 + cluster, calls);
      if (as === TAILORED) this.#tailored += calls;
      if (reason !== AWAY) return;
      const isolates = this.#away.get(minute) ?? new Set();
      this.#away.set(minute, isolates.add(isolate));
    });
  }

  #readPage({ pages }: IsolatePages, minute: number, page: number, calls: number): void {
    const known = pages.get(page);
    const before = known?.minute === minute ? known.reads : 0;
    const reads = Math.min(CYCLES_A_MINUTE, before + calls);
    this.#pageReads += reads - before;
    pages.set(page, { minute, reads });
  }

  /** Forgets isolates that have been silent, so that memory is bounded by those of the moment. */
  forgetSilent(): void {
    const newest = [...this.#isolates.values()].reduce(
      (most, { lastMinute }) => Math.max(most, lastMinute),
      0,
    );
    for (const [isolate, { lastMinute }] of this.#isolates)
      if (lastMinute < newest - FORGOTTEN_MINUTES) this.#isolates.delete(isolate);
  }

  tallied(): Tallied {
    return {
      pages: this.#pagesByMinute.reduce((sum, calls) => sum + calls, 0),
      individual: this.#individual,
      tailored: this.#tailored,
      eventPosts: this.#eventPosts,
      pagesByMinute: this.#pagesByMinute,
      awayMinutes: this.#away.size,
      awayIsolateMinutes: this.#away.values().reduce((sum, { size }) => sum + size, 0),
      pageReads: this.#pageReads,
    };
  }
}
