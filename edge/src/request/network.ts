/** The network that a client's address belongs to, at two sizes. Pure. */

/**
 * The first 24 bits of an IPv4 address, 48 of an IPv6 one; empty where there is no address. That is usual for
 * anonymised logs, and enough to see one network behind many users.
 */
export function networkOf(address: string): string {
  const four = ipv4Of(address);
  if (four !== undefined) return `${four.slice(0, four.lastIndexOf("."))}.0/24`;
  const groups = ipv6GroupsOf(address);
  return groups === undefined ? "" : `${groups.slice(0, 3).join(":")}::/48`;
}

/**
 * What one subscriber has: an IPv4 address, or the first 56 bits of an IPv6 one, since homes are given a /64
 * to /56 (RFC 6177). Empty where there is no address.
 */
export function subscriberOf(address: string): string {
  const four = ipv4Of(address);
  if (four !== undefined) return four;
  const groups = ipv6GroupsOf(address);
  if (groups === undefined) return "";
  const fourth = Number.parseInt(groups[3] ?? "0", 16) & 0xff00;
  return `${[...groups.slice(0, 3), fourth.toString(16)].join(":")}::/56`;
}

/** An IPv4 address may be written within an IPv6 one (RFC 4291 §2.5.5.2). */
function ipv4Of(address: string): string | undefined {
  return /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
}

function ipv6GroupsOf(address: string): string[] | undefined {
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return undefined;
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}
