/** Counts what is wrong with a file of visits and what is left out of it, and shows the first bad lines. */
import { DataError } from "../errors.ts";

export type Findings = ReturnType<typeof createFindings>;

const MAX_SHOWN = 10;
/** Access logs hold lines that somebody else wrote into them, and end where a server was stopped. */
const BAD_SHARE_OF_LOGS = 0.01;

export function createFindings(file: string) {
  const shown: string[] = [];
  const left = new Map<string, number>();
  let bad = 0;
  let endsAt: string | undefined;
  return {
    bad: (line: number, reason: string): void => {
      bad += 1;
      if (shown.length < MAX_SHOWN) shown.push(`${file}:${line}: ${reason}`);
    },
    /** The file cannot be read any further, so that nobody knows what is missing. */
    ends: (line: number, reason: string): void => {
      endsAt = `${file}:${line}: ${reason}`;
    },
    leave: (reason: string): void => void left.set(reason, (left.get(reason) ?? 0) + 1),
    leftOut: (): Record<string, number> => ({
      ...Object.fromEntries(left),
      ...(bad > 0 && { "lines that cannot be read": bad }),
    }),
    throwIfBad: (good: number, isLog: boolean): void => {
      if (endsAt !== undefined) throw new DataError([...shown, endsAt, "nothing was measured."].join("\n"));
      const most = isLog ? BAD_SHARE_OF_LOGS * (good + bad) : 0;
      if (bad <= most) return;
      const hidden = bad - shown.length;
      throw new DataError(
        [...shown, `${hidden > 0 ? `… and ${hidden} more; ` : ""}nothing was measured.`].join("\n"),
      );
    },
  };
}
