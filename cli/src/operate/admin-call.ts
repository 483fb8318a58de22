/** What commands share that call an origin's admin routes: whom they call, and what they say of a refusal. */
import { ConfigError, loadAdminClient, readEnvironment } from "@spillway/origin/config.ts";
import {
  callOrigin,
  streamFromOrigin,
  type OriginBody,
  type OriginRefusal,
  type OriginReply,
} from "./origin-call.ts";

export const EXIT_REFUSED = 1;
export const EXIT_UNREACHABLE = 3;

/** With JSON, if with anything. Throws a ConfigError without a token. */
export function callAsOperator(
  method: string,
  path: string,
  origin: string | undefined,
  body?: unknown,
): Promise<OriginReply> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return sendAsOperator(
    method,
    path,
    origin,
    json === undefined ? undefined : { text: json, mediaType: "application/json" },
  );
}

/** With a file of the operator's, as it is. Throws a ConfigError without a token. */
export function sendAsOperator(
  method: string,
  path: string,
  origin: string | undefined,
  body: OriginBody | undefined,
): Promise<OriginReply> {
  return callOrigin({ ...clientFor(origin), method, path, body });
}

/** Reads what may be long, piece by piece. Throws a ConfigError without a token. */
export function streamAsOperator(
  path: string,
  origin: string | undefined,
): ReturnType<typeof streamFromOrigin> {
  return streamFromOrigin({ ...clientFor(origin), method: "GET", path });
}

function clientFor(origin: string | undefined): { origin: string; adminToken: string } {
  if (origin !== undefined && !URL.canParse(origin))
    throw new ConfigError([{ key: "--origin", reason: "must be an address such as http://127.0.0.1:8788" }]);
  const client = loadAdminClient(readEnvironment());
  return { origin: origin ?? client.origin, adminToken: client.adminToken };
}

/** A path with those parameters that have a value. */
export function withParameters(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** Why there is no answer, in one sentence. */
export function refusalLine(reply: OriginRefusal): string {
  return reply.kind === "unreachable"
    ? `The origin at ${reply.origin} cannot be reached: ${reply.reason}`
    : `The origin refused: ${reply.message}`;
}

/** Prints why there is no answer, and returns the exit code. */
export function printRefusal(reply: OriginRefusal): number {
  console.error(refusalLine(reply));
  if (reply.kind === "unreachable") return EXIT_UNREACHABLE;
  for (const { key, reason } of reply.issues) console.error(`  ${key}: ${reason}`);
  return EXIT_REFUSED;
}
