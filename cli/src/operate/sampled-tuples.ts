/** Decision tuples for a dry run, one by one: from a file, or from the origin. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { tupleReader } from "@spillway/shared/sample/tuple-lines.ts";
import { refusalLine, streamAsOperator } from "./admin-call.ts";
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
 * All that the origin keeps, or what a path such as `/sample?from=2026-07-10` asks for. Throws a {@link
 * NoOriginError} where it does not answer.
 */
export async function* tuplesOfOrigin(origin: string | undefined, path = "/sample"): Tuples {
  const reply = await streamAsOperator(path, origin);
  if (reply.kind !== "ok") throw new NoOriginError(refusalLine(reply));
  yield* tuplesOfLines(Readable.fromWeb(reply.body), "the origin's sample");
}

async function* tuplesOfLines(input: Readable, name: string): Tuples {
  const read = tupleReader();
  let number = 0;
  for await (const line of linesOf(input, name)) {
    number += 1;
    if (line.trim() === "") continue;
    const parsed = read(line);
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
