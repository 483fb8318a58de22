/** The audience that clusters are learned from, in columns: every user's history and signals by number. Pure. */
import { NO_SIGNALS, tasteGroup, type SignalName } from "@spillway/shared/signals/signals.ts";
import type { Histories } from "../trainers/histories.ts";

/** One signal of all users: `values[codes[user]]`. Code 0 is what a request that tells nothing amounts to. */
export type SignalColumn = { readonly codes: Uint32Array; readonly values: readonly string[] };

export type Audience = {
  readonly histories: Histories;
  /** Everything but the affinity, which the taste segments add. Arrays may stand on shared memory. */
  readonly signals: Readonly<Record<Exclude<SignalName, "affinity">, SignalColumn>>;
  /** Each user's weight in traffic: 1 to {@link MAX_VISITS}. */
  readonly visits: Uint8Array;
};

/** A heavy user is still one person. */
export const MAX_VISITS = 20;

/** What a leaf may be split by: a signal, or the taste groups that the affinity's segments are gathered in. */
export type Attribute = SignalColumn & {
  readonly signal: SignalName;
  /** False: a visitor of whom only the request is known has code 0. */
  readonly inRequest: boolean;
  /** Position of the attribute that must have split a leaf's ancestors before this one may: groups before segments. */
  readonly after?: number;
};

const PROFILE_SIGNALS: ReadonlySet<SignalName> = new Set(["affinity", "recency", "depth"]);

/**
 * `affinity`: each user's segment. A user stands in the audience twice, as they are known today and as the stranger they
 * were on their first visit (or are again whenever the profile cookie is missing), with half their weight each. So the tree
 * also learns what to show to visitors of whom only the request is known, which is the common case in a spike.
 */
export function attributesOf(signals: Audience["signals"], affinity: SignalColumn): Attribute[] {
  const groups = groupColumn(affinity);
  const { team, entry, campaign, event, recency, depth, device, region } = signals;
  const columns: [SignalName, SignalColumn][] = [
    ["team", team],
    ["entry", entry],
    ["campaign", campaign],
    ["event", event],
    ["affinity", groups],
    ["recency", recency],
    ["depth", depth],
    ["device", device],
    ["region", region],
  ];
  const attributes: Attribute[] = columns.map(([signal, column]) => ({
    ...column,
    signal,
    inRequest: !PROFILE_SIGNALS.has(signal),
  }));
  const after = columns.findIndex(([signal]) => signal === "affinity");
  return [...attributes, { ...affinity, signal: "affinity", inRequest: false, after }];
}

function groupColumn({ codes, values }: SignalColumn): SignalColumn {
  const names = [NO_SIGNALS.affinity];
  const groupOf = Uint32Array.from(values, (value) => {
    const name = tasteGroup(value);
    const known = names.indexOf(name);
    return known < 0 ? names.push(name) - 1 : known;
  });
  return { codes: codes.map((code) => groupOf[code] ?? 0), values: names };
}
