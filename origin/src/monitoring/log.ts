/** Writes each log message as one line of JSON to stderr. Callers pass no user ids. */

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

export type Log = Readonly<
  Record<LogLevel, (message: string, fields?: Readonly<Record<string, unknown>>) => void>
>;

export function createLog(least: LogLevel): Log {
  const write =
    (level: LogLevel): Log[LogLevel] =>
    (message, fields) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      process.stderr.write(
        `${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`,
      );
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
