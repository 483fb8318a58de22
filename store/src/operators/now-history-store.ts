/**
 * What *Now* has shown, minute by minute, as a part of the operator store: figures of one origin, and nothing
 * of its visitors.
 */

export type NowMinute = {
  /** Minutes since 1970. */
  readonly minute: number;
  /** JSON, whose form is the origin's own affair. */
  readonly facts: string;
};

export type NowHistoryStore = {
  /** Replaces what is stored of these minutes. All of them are stored, or none. */
  readonly put: (minutes: readonly NowMinute[]) => Promise<void>;
  /** From `fromMinute` until before `untilMinute`, ascending. */
  readonly between: (fromMinute: number, untilMinute: number) => Promise<readonly NowMinute[]>;
  /** The first minute that is stored; undefined where there is none. */
  readonly oldest: () => Promise<number | undefined>;
  /** Drops what is before `minute`. Returns how many minutes. */
  readonly drop: (minute: number) => Promise<number>;
};
