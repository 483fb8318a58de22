/** The address that a request came from, as the connection tells it. */
import type { Context } from "hono";
import * as z from "zod/mini";

/** What @hono/node-server hands along with a request. */
const bindings = z.object({ incoming: z.object({ socket: z.object({ remoteAddress: z.string() }) }) });

/**
 * Behind a proxy it is the proxy's: no header is believed. Undefined for requests that no connection brought.
 */
export function callerAddress(c: Context): string | undefined {
  const address = bindings.safeParse(c.env).data?.incoming.socket.remoteAddress;
  // IPv4 in the form that a socket for both has.
  return address?.replace(/^::ffff:(?=\d+\.)/, "");
}
