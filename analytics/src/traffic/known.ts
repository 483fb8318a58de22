/**
 * Known traffic: security assessments and performance tests that operators have marked, by time and network.
 */
import { BlockList, isIP } from "node:net";
import * as z from "zod/mini";
import { writtenReason } from "@spillway/shared/protocol/plain-issue.ts";
import type { RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";
import { placedIssues } from "@spillway/shared/routing/file/placed-issues.ts";
import type { Path } from "@spillway/shared/routing/file/positions.ts";
import { RoutingText } from "@spillway/shared/routing/file/read-file.ts";

const KINDS = ["security-assessment", "performance-test", "other"] as const;

const INSTANT_FORM = "must be a time such as 2026-09-10T22:00:00Z";

const instant = z.pipe(
  z.union([z.string(), z.date()], { error: ({ input }) => (input === undefined ? undefined : INSTANT_FORM) }),
  z.transform((value) => (value instanceof Date ? value.getTime() : Date.parse(value))),
);

const entrySchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  kind: z._default(z.enum(KINDS), "other"),
  from: instant.check(z.refine(Number.isFinite, INSTANT_FORM)),
  until: instant.check(z.refine(Number.isFinite, INSTANT_FORM)),
  networks: z
    .array(
      z
        .string()
        .check(
          z.refine(
            isNetwork,
            "must be an address, a CIDR block such as 203.0.113.0/24, or a name that the log has",
          ),
        ),
    )
    .check(z.minLength(1, "must name at least one network")),
});

const fileSchema = z.strictObject({ known: z._default(z.array(entrySchema), []) });

export type KnownTraffic = {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly fromS: number;
  readonly untilS: number;
  readonly networks: readonly string[];
};

export type KnownResult =
  | { readonly ok: true; readonly known: readonly KnownTraffic[] }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

/**
 * Parses TOML with `[[known]]` entries (name, kind, from, until, networks), or JSON: `{ "known": […] }`, or
 * the bare array.
 */
export function parseKnown(text: string, format: "toml" | "json"): KnownResult {
  const file = new RoutingText(text, format);
  if (file.syntaxIssues.length > 0) return { ok: false, issues: file.syntaxIssues };
  const isBare = Array.isArray(file.value);
  const parsed = fileSchema.safeParse(isBare ? { known: file.value } : file.value, { error: writtenReason });
  const pathOf = (path: Path): Path => (isBare ? path.slice(1) : path);
  if (!parsed.success) return { ok: false, issues: placedIssues(file, parsed.error.issues, pathOf) };
  const early = parsed.data.known.findIndex(({ from, until }) => until <= from);
  if (early >= 0)
    return { ok: false, issues: [file.atValue(pathOf(["known", early, "until"]), "is not after from")] };
  return {
    ok: true,
    known: parsed.data.known.map(({ name, kind, from, until, networks }) => {
      return { name, kind, fromS: from / 1000, untilS: until / 1000, networks };
    }),
  };
}

/**
 * Returns a function that finds the position of the first entry that a call belongs to, or -1. Each network
 * is examined only once. A log may hold prefixes in place of addresses. A prefix that is wider than a marked
 * network belongs to the entry as a whole, since its calls cannot be distinguished, and `onWider` is called.
 */
export function knownMatcher(
  known: readonly KnownTraffic[],
  networkText: (number: number) => string,
  onWider: (entry: number, network: string) => void = () => undefined,
): (network: number, timeS: number) => number {
  const marked = known.map(({ networks }) => markedOf(networks));
  const entriesOf: (readonly number[])[] = [];
  const matching = (network: string): readonly number[] => {
    const log = subnetOf(network);
    return marked.flatMap(({ list, names, subnets }, at) => {
      if (log === undefined) return names.has(network) ? [at] : [];
      if (list.check(log.address, log.family)) return [at];
      const wider = listOf([log]);
      if (!subnets.some(({ address, family }) => wider.check(address, family))) return [];
      onWider(at, network);
      return [at];
    });
  };
  return (network, timeS) => {
    if (known.length === 0) return -1;
    const entries = (entriesOf[network] ??= matching(networkText(network)));
    for (const entry of entries) {
      const { fromS, untilS } = known[entry]!;
      if (timeS >= fromS && timeS < untilS) return entry;
    }
    return -1;
  };
}

type Subnet = { readonly address: string; readonly bits: number; readonly family: "ipv4" | "ipv6" };

function markedOf(networks: readonly string[]) {
  const subnets = networks.flatMap((network) => subnetOf(network) ?? []);
  return { subnets, list: listOf(subnets), names: new Set(networks) };
}

/** Returns undefined for a name. A single address is a network of one. */
function subnetOf(network: string): Subnet | undefined {
  const [address = "", bits] = network.split("/");
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 6 ? 128 : 32;
  const own = bits === undefined ? most : Number(bits);
  if (!Number.isInteger(own) || own < 0 || own > most) return undefined;
  return { address, bits: own, family: version === 6 ? "ipv6" : "ipv4" };
}

function listOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const { address, bits, family } of subnets) list.addSubnet(address, bits, family);
  return list;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const family = isIP(address);
  // Logs may use names for networks, such as the number of an autonomous system. They are accepted as they
  // are.
  if (family === 0) return !/^[\d.:/]*$/.test(text) && !text.includes("/");
  if (more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}
