/** Instants as operators write them: with an offset, or in the file's own time zone. Pure. */
import { TomlDate } from "smol-toml";
import { parseTimeMs } from "../../protocol/time.ts";

export type Instant =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly reason: string };

const FORM = "must be an instant such as 2026-07-10T19:30:00Z, or a local time in the file's time zone";
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/;

/** `value` as TOML or JSON gives it. A date alone is its first moment. */
export function readInstant(value: unknown, timeZone: string): Instant {
  if (value instanceof TomlDate && value.isTime()) return { ok: false, reason: FORM };
  const text = value instanceof TomlDate ? value.toISOString().replace(/\.000/, "") : value;
  if (typeof text !== "string") return { ok: false, reason: FORM };
  const local = LOCAL.exec(text);
  if (local !== null) return fromLocal(local, text, timeZone);
  const ms = /^\d{4}-\d\d-\d\d[T ]/.test(text) ? parseTimeMs(text) : undefined;
  return ms === undefined ? { ok: false, reason: FORM } : { ok: true, ms };
}

const DAY_MS = 24 * 3600 * 1000;

function fromLocal(parts: readonly (string | undefined)[], text: string, timeZone: string): Instant {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(asUtcMs);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCHours() !== hour) {
    return { ok: false, reason: `${text} is no date or time` };
  }
  // The zone's offset changes at most once within a day before or after.
  const found = new Set(
    [-DAY_MS, DAY_MS]
      .map((away) => asUtcMs - offsetMs(asUtcMs + away, timeZone))
      .filter((ms) => ms + offsetMs(ms, timeZone) === asUtcMs),
  );
  const [ms, other] = found;
  if (ms === undefined) {
    return { ok: false, reason: `${text} never comes in ${timeZone}: the clock is put forward over it` };
  }
  if (other !== undefined) {
    return {
      ok: false,
      reason: `${text} comes twice in ${timeZone}: write it with an offset, such as +02:00`,
    };
  }
  return { ok: true, ms };
}

/** How far the zone's clock is ahead of UTC then. */
function offsetMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  }).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const clockMs = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return clockMs - Math.floor(ms / 1000) * 1000;
}
