/** Armed windows: times at which a crowd is expected, so that isolates hold shares before it comes. Pure. */

export type ArmedWindow = {
  /** Milliseconds since 1970: from `fromMs`, inclusive, until `untilMs`, exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
};

/** How long before the expected time a window begins, and how long after it ends, where nothing else is said. */
export const DEFAULT_BEFORE_S = 10;
export const DEFAULT_AFTER_S = 120;

/** The window around a time at which a crowd is expected. */
export function windowAround(
  atMs: number,
  beforeS: number = DEFAULT_BEFORE_S,
  afterS: number = DEFAULT_AFTER_S,
): ArmedWindow {
  return { fromMs: atMs - beforeS * 1000, untilMs: atMs + afterS * 1000 };
}

/** Returns when the window began that holds at an instant; undefined where none does. */
export function armedClock(windows: readonly ArmedWindow[]): (nowMs: number) => number | undefined {
  if (windows.length === 0) return () => undefined;
  const joined = joinWindows(windows);
  return (nowMs) => {
    // There are a few at most, and nearly all have passed or are yet to come.
    const window = joined.find(({ untilMs }) => nowMs < untilMs);
    return window !== undefined && nowMs >= window.fromMs ? window.fromMs : undefined;
  };
}

/** In the order of their times; windows that meet are one. */
function joinWindows(windows: readonly ArmedWindow[]): ArmedWindow[] {
  const joined: ArmedWindow[] = [];
  for (const { fromMs, untilMs } of windows.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || fromMs > last.untilMs) joined.push({ fromMs, untilMs });
    else joined[joined.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, untilMs) };
  }
  return joined;
}
