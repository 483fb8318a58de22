/**
 * What a dry run is compared with: the rules in force and the cluster index, from the origin or from a file.
 */
import {
  compileClusterIndex,
  parseClusterIndex,
  type CompiledClusterIndex,
} from "@spillway/shared/clusters/cluster-index.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import { parseRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import { ConfigError } from "@spillway/origin/config.ts";
import { readNamed } from "@spillway/kit/commands/named-files.ts";
import { callAsOperator, refusalLine } from "./admin-call.ts";
import type { OriginReply } from "./origin-call.ts";

/** Undefined is what nobody could tell. */
export type Basis = {
  readonly routing?: Routing | undefined;
  readonly version?: number | undefined;
  readonly index?: CompiledClusterIndex | undefined;
};

/** There is no origin where one is needed. */
export class NoOriginError extends Error {
  override readonly name = "NoOriginError";
}

/** Throws a {@link NoOriginError}, unless `isOptional` and none was named. */
export async function basisOf(origin: string | undefined, isOptional: boolean): Promise<Basis> {
  const reply = await ask(origin, "/routing/basis");
  if (reply.kind === "ok") return readBasis(reply.body);
  if (isOptional && origin === undefined) return {};
  throw new NoOriginError(refusalLine(reply));
}

async function ask(origin: string | undefined, path: string): Promise<OriginReply> {
  try {
    return await callAsOperator("GET", path, origin);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { kind: "refused", status: 0, message: reasonOf(error).replaceAll("\n", "; "), issues: [] };
  }
}

function readBasis(body: unknown): Basis {
  const { version, routing, index } = body as { version?: number; routing?: unknown; index?: unknown };
  const parsed = routing === undefined ? undefined : parseRouting(routing);
  if (parsed?.ok === false)
    throw new NoOriginError(`The origin's rules are not valid: ${issuesLine(parsed.issues)}`);
  return {
    ...(parsed !== undefined && { routing: parsed.routing, version }),
    ...(index !== undefined && { index: compiled(index, "the origin's cluster index") }),
  };
}

/** Throws a RangeError that names file and reason. */
export function readIndexFile(path: string): CompiledClusterIndex {
  const text = readNamed("--index", path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`--index ${path}: ${reasonOf(error)}`, { cause: error });
  }
  return compiled(value, `--index ${path}`);
}

function compiled(value: unknown, name: string): CompiledClusterIndex {
  const index = parseClusterIndex(value);
  if (!index.ok) throw new RangeError(`${name}: ${issuesLine(index.issues)}`);
  return compileClusterIndex(index.value);
}
