/** Ranks callers by their requests, and says which of them stand out. */
import { isIPv6 } from "node:net";
import { isOldBrowser } from "./old-browser.ts";
import type { Caller, TopCallers } from "./report-shape.ts";
import type { Rollup } from "./rollup.ts";

const TOP = 10;
/** An address or a user with at least this share of all requests is told in the report's first lines. */
const STANDS_OUT = 0.1;
/** In a log of fewer requests, shares mean nothing. */
const LEAST_REQUESTS = 100;

/** `isSuspect` is by the number of the user. */
export function topCallers({ callers, sink }: Rollup, isSuspect: Uint8Array): TopCallers {
  const requests = callers.requests();
  const callerOf = (name: string, own: number): Caller => ({
    name,
    requests: own,
    share: own / Math.max(1, requests),
    standsOut: false,
    agent: null,
    addresses: null,
    isOldBrowser: false,
    isSuspect: false,
  });
  const standingOut = (caller: Caller): Caller => ({
    ...caller,
    standsOut: requests >= LEAST_REQUESTS && caller.share >= STANDS_OUT && caller.name !== "",
  });
  return {
    requests,
    addresses: subscribers(sink.networks, callers.ofNetwork).map(({ name, own, addresses, biggest }) => {
      const main = callers.mainAgent(biggest);
      const agent = main.leastShare >= 0.5 ? sink.agents.textOf(main.agent) : null;
      return standingOut({
        ...callerOf(name, own),
        agent,
        addresses,
        isOldBrowser: agent !== null && isOldBrowser(agent),
      });
    }),
    agents: best(sink.agents.size(), callers.ofAgent).map((agent) => {
      const name = sink.agents.textOf(agent);
      return { ...callerOf(name, callers.ofAgent(agent)), isOldBrowser: isOldBrowser(name) };
    }),
    users: best(sink.users.size(), callers.ofUser).map((user) =>
      standingOut({
        ...callerOf(sink.users.textOf(user), callers.ofUser(user)),
        isSuspect: isSuspect[user] === 1,
      }),
    ),
  };
}

/** The numbers with the most requests, most first. */
function best(size: number, requestsOf: (number: number) => number): number[] {
  const top: number[] = [];
  for (let number = 0; number < size; number += 1) {
    const own = requestsOf(number);
    if (own === 0 || (top.length === TOP && own <= requestsOf(top.at(-1)!))) continue;
    const at = top.findIndex((other) => requestsOf(other) < own);
    top.splice(at < 0 ? top.length : at, 0, number);
    if (top.length > TOP) top.pop();
  }
  return top;
}

type Subscriber = { name: string; own: number; addresses: number; biggest: number };

/**
 * A subscriber has one IPv4 address, but a /64 of IPv6 (RFC 6177), and may use another address of it for each
 * request.
 */
function subscribers(
  networks: Rollup["sink"]["networks"],
  requestsOf: (number: number) => number,
): Subscriber[] {
  const prefixes = new Map<string, Subscriber>();
  const single: Subscriber[] = best(networks.size(), requestsOf).flatMap((number) => {
    const name = networks.textOf(number);
    return isIPv6(name) ? [] : [{ name, own: requestsOf(number), addresses: 1, biggest: number }];
  });
  for (let number = 0; number < networks.size(); number += 1) {
    const own = requestsOf(number);
    const address = own === 0 ? "" : networks.textOf(number);
    if (!isIPv6(address)) continue;
    const prefix = prefixOf(address);
    const known = prefixes.get(prefix);
    if (known === undefined) prefixes.set(prefix, { name: prefix, own, addresses: 1, biggest: number });
    else {
      if (own > requestsOf(known.biggest)) known.biggest = number;
      known.own += own;
      known.addresses += 1;
    }
  }
  const many = [...prefixes.values()].map((subscriber) =>
    subscriber.addresses === 1 ? { ...subscriber, name: networks.textOf(subscriber.biggest) } : subscriber,
  );
  return [...single, ...many].toSorted((a, b) => b.own - a.own).slice(0, TOP);
}

/** `2001:db8:1:2:3:4:5:6` → `2001:db8:1:2::/64`. */
function prefixOf(address: string): string {
  const [head = "", tail] = address.split("%", 1)[0]!.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
