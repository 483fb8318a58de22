/** Request lines, targets and addresses, as access logs write them. Pure. */
import { BlockList } from "node:net";

export type Target = { readonly path: string; readonly query: string };
export type RequestLine = Target & { readonly method: string };

const NO_REQUEST: RequestLine = { method: "", path: "", query: "" };
const PROTOCOL = / HTTP\/[\d.]+$/;
const METHOD = /^[A-Z][A-Z_-]{1,19}$/;

/** Reads `GET /path?query HTTP/1.1`. Returns an empty method for anything else. */
export function readRequestLine(line: string): RequestLine {
  const blank = line.indexOf(" ");
  if (blank < 0) return NO_REQUEST;
  const method = line.slice(0, blank);
  if (!METHOD.test(method)) return NO_REQUEST;
  return { method, ...readTarget(line.slice(blank + 1).replace(PROTOCOL, "")) };
}

/**
 * Splits a target at its `?`. Absolute targets, as proxies and load balancers log them, lose their origin.
 */
export function readTarget(target: string): Target {
  let from = 0;
  if (!target.startsWith("/")) {
    const scheme = target.indexOf("://");
    const slash = scheme < 0 ? 0 : indexOfAny(target, scheme + 3);
    if (scheme > 0 && scheme < 10) from = slash;
  }
  const fragment = target.indexOf("#", from);
  const end = fragment < 0 ? target.length : fragment;
  const mark = target.indexOf("?", from);
  if (mark < 0 || mark > end) return { path: target.slice(from, end) || "/", query: "" };
  return { path: target.slice(from, mark) || "/", query: target.slice(mark + 1, end) };
}

/** Where a path or a query begins after an authority. */
function indexOfAny(target: string, from: number): number {
  for (let at = from; at < target.length; at += 1) {
    const sign = target.charAt(at);
    if (sign === "/" || sign === "?" || sign === "#") return at;
  }
  return target.length;
}

/** Returns the address without port and brackets; an IPv4 address in IPv6 is IPv4. `-` is empty. */
export function plainAddress(text: string): string {
  if (text === "-") return "";
  const colon = text.indexOf(":");
  if (colon < 0) return text;
  if (text.startsWith("[")) return plainAddress(text.slice(1, text.indexOf("]")));
  if (colon === text.lastIndexOf(":")) return text.slice(0, colon);
  const lower = text.toLowerCase();
  return lower.startsWith("::ffff:") && lower.includes(".") ? lower.slice("::ffff:".length) : lower;
}

/** Networks whose addresses no client on the internet has: RFC 1918, RFC 4193, loopback and link-local. */
const PRIVATE = new BlockList();
for (const [address, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const)
  PRIVATE.addSubnet(address, bits);
for (const [address, bits] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
] as const)
  PRIVATE.addSubnet(address, bits, "ipv6");

/** The first characters of a private address, so that nearly all others are told quickly. */
const MAYBE_PRIVATE = /^(?:1|f[cde]|::1|unix)/;

/**
 * Returns the client's address. Where the peer is a proxy of our own, with a private address, it is the last
 * public one that the proxies have noted: a client writes what it likes before that.
 */
export function clientAddress(peer: string, forwarded: string): string {
  const own = plainAddress(peer);
  if (forwarded === "" || !isPrivate(own)) return own;
  const noted = forwarded.split(",").map((address) => plainAddress(address.trim()));
  return noted.findLast((address) => address !== "" && !isPrivate(address)) ?? noted[0] ?? own;
}

function isPrivate(address: string): boolean {
  if (address === "" || address.startsWith("unix")) return true;
  if (!MAYBE_PRIVATE.test(address)) return false;
  return PRIVATE.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
