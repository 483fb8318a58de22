/** What commands share that call an origin's admin routes: whom they call, and what they say of a refusal. */
import { loadAdminClient, readEnvironment } from "@spillway/origin/config.ts";
import { callOrigin, type OriginReply } from "./origin-call.ts";

export const EXIT_REFUSED = 1;
export const EXIT_UNREACHABLE = 3;

/** Throws a ConfigError without a token. */
export function callAsOperator(
  method: string,
  path: string,
  origin: string | undefined,
  body?: unknown,
): Promise<OriginReply> {
  const client = loadAdminClient(readEnvironment());
  return callOrigin({
    origin: origin ?? client.origin,
    adminToken: client.adminToken,
    method,
    path,
    body: body === undefined ? undefined : { text: JSON.stringify(body), mediaType: "application/json" },
  });
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

/** Prints why there is no answer, and returns the exit code. */
export function printRefusal(reply: Exclude<OriginReply, { readonly kind: "ok" }>): number {
  if (reply.kind === "unreachable") {
    console.error(`The origin at ${reply.origin} cannot be reached: ${reply.reason}`);
    return EXIT_UNREACHABLE;
  }
  console.error(`The origin refused: ${reply.message}`);
  for (const { key, reason } of reply.issues) console.error(`  ${key}: ${reason}`);
  return EXIT_REFUSED;
}
