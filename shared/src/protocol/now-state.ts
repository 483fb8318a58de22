/**
 * What happens now, as one origin knows it: the answer of `GET /now`, which the console draws and
 * `spillway status` prints; with `until`, what happened at an instant before. Times are milliseconds since
 * 1970, rates are per second.
 */
import type { Mode } from "../routing/mode-override.ts";
import type { RolloutStatus } from "./rollout-status.ts";
import type { ServedAs } from "./served.ts";

export type NowState = {
  /** All of it holds at this instant: the second that ends here is the newest in `seconds`. */
  readonly atMs: number;
  /** The origin's process. With another one, what was read before can't be continued. */
  readonly instance: string;
  /** All in one sentence, for people; see now-sentence.ts. */
  readonly sentence: string;
  readonly mode: NowMode;
  /** The band that holds, by the routing in force. */
  readonly band: string;
  /** This instance's share of the band's threshold; null where there is none (`force-individual`). */
  readonly thresholdPerSec: number | null;
  /** Among how many origins the threshold is divided. Everything here is this one's part. */
  readonly instances: number;
  readonly routingVersion: number;
  /** Since when demand has been over the threshold; null while it is not. */
  readonly overSinceMs: number | null;
  readonly seconds: NowSeconds;
  readonly mix: NowMix;
  readonly isolates: NowIsolates;
  readonly pages: NowPages;
  /** How the newest model was judged; absent before this process has trained one beside another. */
  readonly model?: NowModel | undefined;
  readonly queue: NowQueue;
  /** Dead letters that wait for an operator. */
  readonly deadLetters: number;
  /** Newest first. */
  readonly changes: readonly NowChange[];
  readonly origin: NowOrigin;
  /** The one that is on, or ended within the last hour; null where there is none. */
  readonly rollout: RolloutStatus | null;
};

export type NowMode = {
  readonly inForce: Mode;
  /** What the routing file says: what is in force again after `untilMs`. */
  readonly ofRouting: Mode;
  /** When the override of the mode ends by itself; null where there is none. */
  readonly untilMs: number | null;
  /** Who set the override. */
  readonly by: string | null;
  /** What the override has put in the place of every band's threshold; null where it left them. */
  readonly thresholdPerSec: number | null;
};

/** How many seconds the whole state goes back. */
export const NOW_SECONDS = 900;

/** One entry for each second from `fromMs` on. */
export type NowSeconds = {
  readonly fromMs: number;
  /**
   * What all isolates would have liked to forward, as they report it with their forwards. Null where they
   * forward nothing, and so report nothing: `force-cluster`, a threshold of 0, or an origin that failed them.
   */
  readonly demand: readonly (number | null)[];
  /** Requests for individual work that reached this origin. */
  readonly offered: readonly number[];
  /** Those of them that the gate admitted. */
  readonly admitted: readonly number[];
  /** Null: no threshold. */
  readonly threshold: readonly (number | null)[];
};

export const MIX_STEP_MS = 10_000;
export const MIX_STEPS = 90;

/** The rungs in the order of the ladder, best first. */
export const MIX_RUNGS = [
  "individual",
  "tailored",
  "cluster",
  "parent",
  "generic",
  "builtin",
] as const satisfies readonly ServedAs[];
export type MixRung = (typeof MIX_RUNGS)[number];

/** What isolates have served, as the serving log says: it travels through a queue. */
export type NowMix = {
  readonly fromMs: number;
  /** Pages served, one entry for each {@link MIX_STEP_MS} from `fromMs` on. */
  readonly calls: Readonly<Record<MixRung, readonly number[]>>;
  /** How many of them were served by the edge because the origin failed: deadline, error, unreachable. */
  readonly originFailed: readonly number[];
  /** Up to when isolates have reported; null before the first report. */
  readonly untilMs: number | null;
  /** Over the newest seconds before `untilMs`: what the sentence speaks of. */
  readonly latest: NowMixLatest;
};

export type NowMixLatest = {
  readonly spanMs: number;
  readonly calls: Readonly<Record<MixRung, number>>;
  readonly originFailed: number;
};

export type NowIsolates = {
  /** How many were heard of in the last two minutes: by a forward, or by a report of the serving log. */
  readonly heard: number;
  /** By the routing that they obey, newest first. */
  readonly byVersion: readonly {
    /** Null: the isolates don't say, since their release is older. */
    readonly version: number | null;
    /** What some of their visitors obey in a rollout. */
    readonly candidate: number | null;
    readonly isolates: number;
  }[];
};

/** Ages in seconds of the clusters' pages: since a refresh cycle last confirmed or rewrote them. */
export type NowPages = {
  readonly oldestS: number | null;
  readonly medianS: number | null;
  readonly objectiveS: number;
  /** How many clusters have pages older than the objective. */
  readonly over: number;
  readonly generation: number | null;
};

export type NowModel = {
  /** When its cycle ended. */
  readonly atMs: number;
  /** `stays`: the model before it is still in force. `unjudged`: too few users; it was taken. */
  readonly verdict: "taken" | "stays" | "unjudged";
  /** For people, with the figures. */
  readonly sentence: string;
  /** Of whom a part of the last day was held out. */
  readonly users: number;
  /** Mean NDCG@10 on it of the model that was in force, and of the new one. */
  readonly inForce: number;
  readonly anew: number;
  /** What the new one gains at least, with 95 % confidence. */
  readonly gainAtLeast: number;
};

export type NowQueue = {
  /** How long the newest report of the serving log took from its isolate to here; null before the first. */
  readonly lagS: number | null;
  /** Events that are stored and that no refresh cycle has folded yet. */
  readonly unfolded: number;
};

export type NowChange = {
  readonly atMs: number;
  /** The name of the token. */
  readonly by: string;
  /** Such as `routing.push`. */
  readonly action: string;
  /** What was changed, such as `routing 12`. */
  readonly subject: string;
  readonly note: string | null;
  /** The version of the routing that takes it back; null where there is none. */
  readonly revertTo: number | null;
};

export type NowOrigin = {
  /** `strained`: the event loop runs late, so less than the threshold is admitted. */
  readonly health: "healthy" | "strained" | "failing";
  /** What is wrong, for people; empty where nothing is. */
  readonly reasons: readonly string[];
  /** The share of the threshold that the event loop can bear. */
  readonly bearableShare: number;
  readonly startedMs: number;
};
