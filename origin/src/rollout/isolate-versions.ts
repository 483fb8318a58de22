/**
 * Which version of the routing each isolate obeys, as it says with its forwards and in its reports. Isolates
 * come and go without a word, so who has been silent for a while is forgotten. Pure.
 */

import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";

/** An isolate with traffic reports at least this often: with the serving log, within its flush and queue. */
const SILENT_AFTER_MS = 120_000;
/** Who reports in its own name may invent names: no more isolates than this are kept. */
/** So long an isolate's own word counts more than its log. */
const OWN_WORD_MS = 30_000;
const MAX_ISOLATES = 50_000;

export type IsolateVersions = {
  readonly heard: (isolate: string, obeyed: Obeyed, nowMs: number) => void;
  /**
   * From the serving log, for who forwards nothing: what decided about the isolate's latest calls. It is some
   * seconds old, so a word of the isolate's own counts more.
   */
  readonly logged: (isolate: string, records: readonly DecidedRecord[], nowMs: number) => void;
  /** Isolates by what they obey, newest version first. */
  readonly counts: (nowMs: number) => readonly VersionCount[];
};

export type Obeyed = {
  /** Undefined: the isolate does not say, since its release is older. */
  readonly version?: number | undefined;
  /** A rollout's candidate, which some of the isolate's visitors obey. */
  readonly candidate?: number | undefined;
};

export type VersionCount = Obeyed & { readonly isolates: number };

type DecidedRecord = Pick<ServingRecord, "minute" | "version">;

type Heard = Obeyed & { readonly atMs: number };

export function createIsolateVersions(): IsolateVersions {
  /** In the order in which they were heard last. */
  const heard = new Map<string, Heard>();
  const forget = (nowMs: number): void => {
    for (const [isolate, { atMs }] of heard) {
      if (nowMs - atMs <= SILENT_AFTER_MS && heard.size <= MAX_ISOLATES) return;
      heard.delete(isolate);
    }
  };
  const heardNow: IsolateVersions["heard"] = (isolate, { version, candidate }, nowMs) => {
    heard.delete(isolate);
    heard.set(isolate, { version, candidate, atMs: nowMs });
    forget(nowMs);
  };
  return {
    heard: heardNow,
    logged: (isolate, records, nowMs) => {
      const known = heard.get(isolate);
      if (known !== undefined && nowMs - known.atMs < OWN_WORD_MS) return;
      const latest = Math.max(...records.map(({ minute }) => minute));
      const versions = records.flatMap((record) =>
        record.minute === latest && record.version > 0 ? [record.version] : [],
      );
      if (versions.length === 0) return;
      const [version, candidate] = [Math.min(...versions), Math.max(...versions)];
      heardNow(isolate, { version, candidate: candidate === version ? undefined : candidate }, nowMs);
    },
    counts: (nowMs) => {
      forget(nowMs);
      const byObeyed = Map.groupBy(heard.values(), ({ version, candidate }) => `${version} ${candidate}`);
      return [...byObeyed.values()]
        .map((isolates) => ({
          version: isolates[0]?.version,
          candidate: isolates[0]?.candidate,
          isolates: isolates.length,
        }))
        .toSorted((a, b) => (b.version ?? -1) - (a.version ?? -1) || (b.candidate ?? 0) - (a.candidate ?? 0));
    },
  };
}
