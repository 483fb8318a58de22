/** Decision tuples for a dry run, one by one: from a file, or from the origin. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { fetchReasonOf, reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import { parseTuple, type DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { loadAdminClient, readEnvironment } from "@spillway/origin/config.ts";
import { NoOriginError } from "./dry-run-basis.ts";

export type Tuples = AsyncIterable<DecisionTuple>;

/** Plain or packed (.gz, .zst). Throws a RangeError that names file, line and reason. */
export function tuplesOfFile(path: string): Tuples {
  const file = createReadStream(path);
  const unpack = path.endsWith(".gz")
    ? createGunzip()
    : path.endsWith(".zst")
      ? createZstdDecompress()
      : undefined;
  if (unpack === undefined) return tuplesOfLines(file, path);
  file.on("error", (error) => unpack.destroy(error));
  return tuplesOfLines(file.pipe(unpack), path);
}

/**
 * All that the origin keeps, or what a query such as `?from=2026-07-10` asks for. Throws a {@link
 * NoOriginError} where it does not answer.
 */
export async function* tuplesOfOrigin(origin: string | undefined, query = ""): Tuples {
  const client = loadAdminClient(readEnvironment());
  const url = new URL(`/sample${query}`, origin ?? client.origin);
  let response: Response;
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${client.adminToken}` } });
  } catch (error) {
    throw new NoOriginError(`The origin at ${url.origin} cannot be reached: ${fetchReasonOf(error)}`);
  }
  if (!response.ok || response.body === null)
    throw new NoOriginError(`The origin at ${url.origin} gives no sample: status ${response.status}`);
  yield* tuplesOfLines(Readable.fromWeb(response.body), "the origin's sample");
}

async function* tuplesOfLines(input: Readable, name: string): Tuples {
  let number = 0;
  for await (const line of linesOf(input, name)) {
    number += 1;
    if (line.trim() === "") continue;
    const parsed = parseTuple(line);
    if (!parsed.ok) throw new RangeError(`${name}:${number}: ${issuesLine(parsed.issues)}`);
    yield parsed.value;
  }
}

/** The decoder drops a byte order mark, with which some editors begin a file. */
async function* linesOf(input: Readable, name: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw new RangeError(`${name}: ${reasonOf(error)}`, { cause: error });
  }
  yield rest + decoder.decode();
}
