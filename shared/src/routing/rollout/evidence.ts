/**
 * What a stage has shown so far: what both arms were served over the same time, and what their users did with
 * it. Pure.
 */
import type { EventType } from "../../protocol/events.ts";
import { NOT_SERVED, type ServingRecord } from "../../protocol/serving-log.ts";
import { SERVED_AS, type ServedAs, type ServedReason } from "../../protocol/served.ts";
import type { UserHash } from "../../protocol/user-hash.ts";
import type { Arm } from "./rollout.ts";
import { UserSums, type StoredUsers } from "./user-sums.ts";

/** Columns of what was served, after the requests themselves. */
export const SERVED_COLUMN = {
  requests: 0,
  generic: 1,
  failed: 2,
  slow: 3,
  /** From here on, for each rung but the last: requests that a lower one served. */
  below: 4,
} as const;
/** The cuts between the rungs of the ladder. */
export const CUTS = SERVED_AS.length - 1;
const SERVED_COLUMNS = SERVED_COLUMN.below + CUTS;

/** Columns of what users did. */
export const EVENT_COLUMN = { impressions: 0, plays: 1 } as const;
const EVENT_COLUMNS = 2;

const GENERIC: ReadonlySet<string> = new Set<ServedAs>(["generic", "builtin"]);
const FAILED: ReadonlySet<string> = new Set<ServedReason>(["deadline", "origin-error", "origin-unreachable"]);
/** What no rules decide: scrapers get stored pages, and the holdout gets its own. */
const LEFT_OUT: ReadonlySet<string> = new Set<ServedReason>(["suspect", "holdout"]);

export type EvidenceRecord = Pick<
  ServingRecord,
  "user" | "minute" | "as" | "reason" | "calls" | "version" | "slow"
>;

const MINUTE_MS = 60_000;

export type EvidenceOptions = {
  /** From when on the stage holds: on a full minute, since records know no seconds. */
  readonly fromMs: number;
  readonly versions: Readonly<Record<Arm, number>>;
  /** What was shown before a restart. That of another stage, or of another form, is left out. */
  readonly stored?: StoredEvidence | undefined;
};

/** For the process after this one. Users are keyed hashes. */
export type StoredEvidence = {
  readonly form: string;
  readonly fromMs: number;
  readonly latestMs: Readonly<Record<Arm, number>>;
  readonly served: Readonly<Record<Arm, StoredUsers>>;
  readonly events: Readonly<Record<Arm, StoredUsers>>;
};

/** What the columns are. Counts of other columns, as another release has, are of no use. */
const FORM = `${[...SERVED_AS].join(" ")}; ${SERVED_COLUMNS} ${EVENT_COLUMNS}`;

export class Evidence {
  readonly served: Readonly<Record<Arm, UserSums>>;
  readonly events: Readonly<Record<Arm, UserSums>>;
  /** When a request of each arm was last heard of, by the end of its minute. */
  readonly #latestMs: Record<Arm, number>;
  readonly #options: EvidenceOptions;
  #additions = 0;

  constructor(options: EvidenceOptions) {
    this.#options = options;
    const { stored, fromMs } = options;
    const before = stored?.fromMs === fromMs && stored.form === FORM ? stored : undefined;
    this.#latestMs = { current: 0, candidate: 0, ...before?.latestMs };
    const served = (arm: Arm): UserSums =>
      new UserSums(SERVED_COLUMNS, "user", undefined, before?.served[arm]);
    const events = (arm: Arm): UserSums =>
      new UserSums(EVENT_COLUMNS, "request", undefined, before?.events[arm]);
    this.served = { current: served("current"), candidate: served("candidate") };
    this.events = { current: events("current"), candidate: events("candidate") };
  }

  /** Grows with whatever is added. */
  get additions(): number {
    return this.#additions;
  }

  stored(): StoredEvidence {
    const { served, events } = this;
    return {
      form: FORM,
      fromMs: this.#options.fromMs,
      latestMs: { ...this.#latestMs },
      served: storedOf(served),
      events: storedOf(events),
    };
  }

  latestMs(arm: Arm): number {
    return this.#latestMs[arm];
  }

  addRecords(records: readonly EvidenceRecord[]): void {
    const { fromMs, versions } = this.#options;
    for (const record of records) {
      if (record.minute * MINUTE_MS < fromMs) continue;
      if (record.version === versions.candidate) this.#addRecord("candidate", record);
      else if (record.version === versions.current) this.#addRecord("current", record);
    }
  }

  addEvents(arm: Arm, user: UserHash, types: readonly EventType[]): void {
    const counts = [0, 0];
    for (const type of types) {
      if (type === "impression") counts[EVENT_COLUMN.impressions] = (counts[0] ?? 0) + 1;
      else if (type === "play") counts[EVENT_COLUMN.plays] = (counts[1] ?? 0) + 1;
    }
    if (!counts.some((count) => count > 0)) return;
    this.events[arm].add(user, drawOfHash(user), counts);
    this.#additions += 1;
  }

  #addRecord(arm: Arm, { user, minute, as, reason, calls, slow }: EvidenceRecord): void {
    if (as === NOT_SERVED || LEFT_OUT.has(reason)) return;
    const rung = SERVED_AS.indexOf(as);
    const counts = [
      calls,
      GENERIC.has(as) ? calls : 0,
      FAILED.has(reason) ? calls : 0,
      slow,
      ...Array.from({ length: CUTS }, (_, cut) => (rung > cut ? calls : 0)),
    ];
    this.served[arm].add(user, drawOfHash(user), counts);
    this.#latestMs[arm] = Math.max(this.#latestMs[arm], (minute + 1) * MINUTE_MS);
    this.#additions += 1;
  }
}

function storedOf({
  current,
  candidate,
}: Readonly<Record<Arm, UserSums>>): Readonly<Record<Arm, StoredUsers>> {
  return { current: current.stored(), candidate: candidate.stored() };
}

/** The first half of a user hash (16 hexadecimal digits) as a number in [0, 1). */
function drawOfHash(user: UserHash): number {
  return Number.parseInt(user.slice(0, 8), 16) / 2 ** 32;
}
