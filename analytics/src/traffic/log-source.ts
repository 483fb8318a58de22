/** Log files as a source of traffic: each is told by its first lines, and read once. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { addBadRow, noFindings } from "@spillway/kit/tabular/each-row.ts";
import { readSourceBytes, STDIN } from "@spillway/kit/tabular/source.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { readAccessLog } from "../logs/access-log.ts";
import { detectFormat, EMPTY, type Detected } from "../logs/detect-format.ts";
import { formatNamed, ROW_FORMATS } from "../logs/formats.ts";
import { createCategoryReader, type CategoryReader } from "../logs/request-category.ts";
import { DEFAULT_SOURCES, type UserSource } from "../logs/user-from.ts";
import { readCsvLog } from "./csv-log.ts";
import { readJsonLog } from "./json-log.ts";
import type { LogReading } from "./log-columns.ts";
import type { TrafficSource } from "./traffic-source.ts";

export type LogOptions = {
  /** The name of the format of all files; undefined when each tells its own. */
  readonly format?: string;
  /** Names of the fields, where a format has no header. */
  readonly fields?: readonly string[];
  /** Where access logs name users; the first that does so counts. */
  readonly userFrom?: readonly UserSource[];
};

/** `onProgress` receives the bytes read so far and the bytes of all files, both as stored on disk. */
export function logSource(
  paths: readonly string[],
  onProgress: (doneBytes: number, totalBytes: number) => void,
  options: LogOptions = {},
): TrafficSource {
  return {
    name: paths.map((path) => nameOf(path)).join(", "),
    readInto: async (sink) => {
      const findings = noFindings();
      const sizes = await Promise.all(paths.map(sizeOf));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const categoryOf = createCategoryReader();
      let before = 0;
      let rows = 0;
      for (const [at, path] of paths.entries()) {
        const reading: LogReading = {
          sink,
          bad: (line, reason) => {
            // A log that has just been rotated is empty, and the pattern that names the others names it, too.
            if (reason === EMPTY && paths.length > 1) findings.notices.push(`${nameOf(path)}: ${reason}`);
            else addBadRow(findings, nameOf(path), line, reason);
          },
          notice: (text) => findings.notices.push(`${nameOf(path)}: ${text}`),
          onBytes: (bytes) => onProgress(before + bytes, total),
          rows: 0,
          otherMethods: 0,
        };
        await readLog(path, readSourceBytes(path, reading.onBytes), reading, options, categoryOf);
        if (reading.otherMethods > 0) {
          const count = reading.otherMethods;
          reading.notice(
            `${counted(count, "row with another method than GET and POST counts", "rows with another method than GET and POST count")} among the callers alone`,
          );
        }
        rows += reading.rows;
        before += sizes[at] ?? 0;
      }
      return { rows, ...findings };
    },
  };
}

function nameOf(path: string): string {
  return path === STDIN ? "standard input" : basename(path);
}

async function sizeOf(path: string): Promise<number> {
  return path === STDIN ? 0 : (await stat(path)).size;
}

/** Reads one log. What is wrong with it is told to `reading`; nothing is thrown. */
export async function readLog(
  path: string,
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  reading: LogReading,
  options: LogOptions,
  categoryOf: CategoryReader,
): Promise<void> {
  try {
    const { head, whole } = await peek(bytes);
    const detected = options.format === undefined ? detectFormat(head, path) : named(options.format);
    if (!detected.ok) return reading.bad(1, detected.reason);
    const { format } = detected;
    if (format === "csv") return await readCsvLog(whole, reading);
    if (format === "jsonl") return await readJsonLog(path, whole, reading);
    const userFrom = options.userFrom ?? DEFAULT_SOURCES;
    if (!format.hasCookies && userFrom.every(({ needsCookies }) => needsCookies)) {
      const [source] = userFrom;
      return reading.bad(
        1,
        `is in the format ${format.name}, which has no cookies: --user-from ${source?.text ?? ""}`,
      );
    }
    await readAccessLog(whole, { format, fields: options.fields, userFrom, categoryOf }, reading);
  } catch (error) {
    const reason = isCut(error) ? CUT : reasonOf(error);
    reading.bad(reading.rows + 1, `the file cannot be read on from about here: ${reason}`);
  }
}

function named(name: string): Detected {
  const format = ROW_FORMATS.find((row) => row === name) ?? formatNamed(name);
  return format === undefined ? { ok: false, reason: `${name} is no format` } : { ok: true, format };
}

/** So much of a file is looked at before it is read. */
const HEAD_BYTES = 64 * 1024;

/**
 * Returns whole lines from the beginning, and everything, the beginning included: standard input is read
 * once.
 */
async function peek(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
): Promise<{ head: string; whole: AsyncIterable<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let size = 0;
  let isEnd = false;
  let failure: Error | undefined;
  while (size < HEAD_BYTES && !isEnd && failure === undefined) {
    try {
      const next = await bytes.next();
      if (next.done === true) isEnd = true;
      // A file that was emptied while a server wrote to it begins with zeros, up to gigabytes of them.
      else if (size > 0 || next.value.some((byte) => byte !== 0)) {
        first.push(next.value);
        size += next.value.length;
      }
    } catch (error) {
      // What could be read before is read before the error counts.
      failure = error instanceof Error ? error : new Error(reasonOf(error));
    }
  }
  const text = new TextDecoder().decode(Buffer.concat(first));
  const end = isEnd ? text.length : text.lastIndexOf("\n") + 1 || text.length;
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* first;
    if (failure !== undefined) throw failure;
    yield* bytes;
  }
  return { head: text.slice(0, end), whole: whole() };
}

/** An upload that broke off leaves packed data that ends within a block. */
function isCut(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
}

const CUT = "it is truncated, its packed data has no end; what was read counts";
