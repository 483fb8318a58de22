/** What the signatures of one request for a page and of its reply cost, against the form before. */
import { randomUUID } from "node:crypto";
import { createEdgeProof } from "@spillway/origin/http/edge-proof.ts";
import { createSingleUse } from "@spillway/origin/http/single-use.ts";
import { median } from "@spillway/kit/statistics.ts";
import { matchesDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import { createEdgeAuth, type EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { createTimeAndNonce } from "./time-and-nonce.ts";

export type SignaturesBench = {
  readonly rounds: number;
  readonly exchanges: number;
  readonly pageBytes: number;
  /** Microseconds of processor of an exchange: of the median round, and of the fastest and the slowest. */
  readonly micros: Readonly<Record<Way, readonly [median: number, least: number, most: number]>>;
  /** To the form before, in the median round. */
  readonly ratio: Readonly<Record<Exclude<Way, "before">, number>>;
};

type Way = (typeof WAYS)[number];

const WAYS = ["before", "signed", "rotating"] as const;
const TOKEN = "a-token-of-the-benchmark";
const PREVIOUS = "a-token-before-that-one";
const TARGET = "/recommendations?user=u42&context=homepage&cluster=esp.social.casual";
const ASKED = {
  accept: "application/json",
  "spillway-demand": "i1;demand=5.000;arrivals=3",
  "spillway-signals":
    '{"team":"ESP","entry":"social","campaign":"none","event":"none","affinity":"drama","recency":"fresh","depth":"casual","device":"tv","region":"ES"}',
  "if-none-match": 'W/"abcdefghijklmnop"',
};
const ANSWERED: Readonly<Record<string, string>> = {
  "content-type": "application/json; charset=utf-8",
  etag: 'W/"abcdefghijklmnop"',
  "spillway-served": 'individual;reason=admitted;cluster="esp.social.casual";generation=42;age=17',
  "spillway-now": "2026-07-10T18:00:00.000Z",
  "spillway-credit": "open",
  "spillway-viewer": "A".repeat(200),
};
const PAGE_BYTES = 20_000;
const WARM_UP = 2000;

export async function benchSignatures(options: {
  readonly rounds: number;
  readonly exchanges: number;
}): Promise<SignaturesBench> {
  const { rounds, exchanges } = options;
  const ways: Readonly<Record<Way, (nonce: string) => Promise<boolean>>> = {
    before: await createTimeAndNonce(TOKEN),
    signed: createExchange(TOKEN),
    rotating: createExchange(TOKEN, PREVIOUS),
  };
  const times: Record<Way, number[]> = { before: [], signed: [], rotating: [] };
  for (const way of WAYS) await measure(ways[way], WARM_UP);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of WAYS) times[way].push(await measure(ways[way], exchanges));
  }
  const of = (way: Way) => [median(times[way]), Math.min(...times[way]), Math.max(...times[way])] as const;
  const ratioOf = (way: Way) => median(times[way].map((micros, at) => micros / (times.before[at] ?? 0)));
  return {
    rounds,
    exchanges,
    pageBytes: PAGE_BYTES,
    micros: { before: of("before"), signed: of("signed"), rotating: of("rotating") },
    ratio: { signed: ratioOf("signed"), rotating: ratioOf("rotating") },
  };
}

/** Microseconds of processor of one exchange, whichever threads spend them. Throws when one does not hold. */
async function measure(exchange: (nonce: string) => Promise<boolean>, times: number): Promise<number> {
  const nonces = Array.from({ length: times }, () => randomUUID());
  const before = process.cpuUsage();
  for (const nonce of nonces) if (!(await exchange(nonce))) throw new Error("an exchange was refused");
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function createExchange(...tokens: EdgeTokens): (nonce: string) => Promise<boolean> {
  const auth = createEdgeAuth(...tokens);
  const origin = createEdgeProof(...tokens);
  const page = new Uint8Array(PAGE_BYTES).fill(120);
  // Rounds use more nonces than an origin gets in their time.
  const singleUse = createSingleUse({ newId: randomUUID, maxRemembered: Number.POSITIVE_INFINITY });
  return async (nonce) => {
    const nowMs = Date.now();
    const headers = { ...ASKED, "spillway-instance": singleUse.instance() };
    const sent = await auth.sign({ method: "GET", target: TARGET, headers, nowMs, nonce });
    const header = (name: string): string | undefined => sent.headers[name];
    const checked = origin.verify({ method: "GET", target: TARGET, header });
    if (checked.kind !== "verified" || singleUse.use(checked, nowMs) !== "taken") return false;
    const answered = (name: string): string | undefined => ANSWERED[name];
    const proof = origin.prove(checked, { status: 200, header: answered, body: page, nowMs });
    const reply: Readonly<Record<string, string>> = { ...ANSWERED, ...proof };
    const proven = await auth.verifyReply(sent, { status: 200, header: (name) => reply[name] });
    return proven !== undefined && matchesDigest(proven.digest, page);
  };
}
