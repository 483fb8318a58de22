/**
 * The audience that clusters are learned from, in columns: every user's history and signals by number. Pure.
 */
import { NO_SIGNALS, tasteGroup, type SignalName, type TextForms } from "@spillway/shared/signals/signals.ts";
import type { Histories } from "../profile/histories.ts";

/**
 * One signal of all users: `values[codes[user]]`. Code 0 is the value that a request without this signal has.
 */
export type SignalColumn = {
  readonly codes: Uint32Array;
  readonly values: readonly string[];
  /** What people call those values that do not say it themselves. */
  readonly texts?: ReadonlyMap<string, TextForms> | undefined;
};

export type Audience = {
  readonly histories: Histories;
  /** All signals but the affinity, which the taste segments add. The arrays may stand on shared memory. */
  readonly signals: Readonly<Record<Exclude<SignalName, "affinity">, SignalColumn>>;
  /** Each user's weight in traffic: 1 to {@link MAX_VISITS}. */
  readonly visits: Uint8Array;
  /**
   * So many of each user's plays, the first ones, are of the last day and of users by whom models are judged:
   * no model learns from them (trainers/guard.ts). By default none are.
   */
  readonly heldOut?: Uint16Array;
  /** Each user's row in the store, where the audience was read from one. */
  readonly rowids?: Uint32Array;
};

/** No user counts for more visits than this: a heavy user is still one person. */
export const MAX_VISITS = 20;

/**
 * What a leaf may be split by: a signal, or the groups into which the affinity's taste segments are gathered.
 */
export type Attribute = SignalColumn & {
  readonly signal: SignalName;
  /**
   * Whether the request tells the signal. Where it does not, a visitor of whom only the request is known has
   * code 0.
   */
  readonly inRequest: boolean;
  /**
   * The position of the attribute by which an ancestor of the leaf must have been split before: taste groups
   * come before their segments.
   */
  readonly after?: number;
};

const PROFILE_SIGNALS: ReadonlySet<SignalName> = new Set(["affinity", "recency", "depth"]);

/**
 * The attributes of the tree; `affinity` is each user's taste segment.
 *
 * The tree sees every user twice, with half the user's weight each: as they are known today, and as the
 * stranger they were on their first visit (and are again whenever the viewer cookie is missing). So it also
 * learns what to show to visitors of whom only the request is known, who are the most in a spike.
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

function groupColumn({ codes, values, texts }: SignalColumn): SignalColumn {
  const names = [NO_SIGNALS.affinity];
  const groupOf = Uint32Array.from(values, (value) => {
    const name = tasteGroup(value);
    const known = names.indexOf(name);
    return known < 0 ? names.push(name) - 1 : known;
  });
  return { codes: codes.map((code) => groupOf[code] ?? 0), values: names, texts };
}
