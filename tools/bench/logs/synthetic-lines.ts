/** Invented requests, and how each format writes them. Addresses are of a range for benchmarks (RFC 2544). */
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type SyntheticRequest = {
  readonly timeS: number;
  readonly address: string;
  readonly user: string;
  readonly context: string;
  readonly agent: string;
};

const FIRST_S = Date.parse("2026-09-01T00:00:00Z") / 1000;
const PER_CHUNK = 20_000;
const CONTEXTS = ["homepage", "movies", "series", "live", "kids"];
const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) TV Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "okhttp/4.12.0",
];

/** In the order of time, some thousands at once. */
export function* syntheticRequests({
  lines,
  seed,
}: {
  lines: number;
  seed: number;
}): Generator<SyntheticRequest[]> {
  const draw = seededRandom(seed);
  for (let from = 0; from < lines; from += PER_CHUNK) {
    yield Array.from({ length: Math.min(PER_CHUNK, lines - from) }, (_, at) => {
      const person = Math.floor(200_000 * draw());
      return {
        timeS: FIRST_S + Math.floor((from + at) / 20),
        address: `198.18.${(person >> 8) & 255}.${person & 255}`,
        user: `user-${person}`,
        context: CONTEXTS[Math.floor(CONTEXTS.length * draw())] ?? "",
        agent: AGENTS[person % AGENTS.length] ?? "",
      };
    });
  }
}

type LineWriter = (request: SyntheticRequest, time: string) => string;

function writer(line: LineWriter, header = "", timeOf: (timeS: number) => string = iso) {
  let isFirst = true;
  return (requests: readonly SyntheticRequest[]): string => {
    const text = requests.map((request) => `${line(request, timeOf(request.timeS))}\n`).join("");
    const whole = isFirst ? header + text : text;
    isFirst = false;
    return whole;
  };
}

function iso(timeS: number): string {
  return `${new Date(timeS * 1000).toISOString().slice(0, 19)}Z`;
}

function clf(timeS: number): string {
  const [, day, month, year, clock] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(timeS * 1000).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

const query = ({ user, context }: SyntheticRequest): string => `user=${user}&context=${context}`;
const target = (request: SyntheticRequest): string => `/recommendations?${query(request)}`;

/** The CSV of our own form comes first: it is the baseline. */
export const LOG_WRITERS: Readonly<Record<string, (requests: readonly SyntheticRequest[]) => string>> = {
  csv: writer(
    ({ user, address, agent, context }, time) => `${time},${user},${address},"${agent}",${context},GET`,
    "time,user,network,agent,category,method\n",
  ),
  combined: writer(
    (request, time) =>
      `${request.address} - - [${time}] "GET ${target(request)} HTTP/1.1" 200 5316 "https://tv.example/" "${request.agent}"`,
    "",
    clf,
  ),
  "nginx-json": writer((request, time) =>
    JSON.stringify({
      time_iso8601: time,
      remote_addr: request.address,
      request: `GET ${target(request)} HTTP/1.1`,
      status: "200",
      body_bytes_sent: "5316",
      http_referer: "https://tv.example/",
      http_user_agent: request.agent,
      request_time: "0.004",
    }),
  ),
  cloudflare: writer((request) =>
    JSON.stringify({
      ClientIP: request.address,
      ClientRequestHost: "tv.example",
      ClientRequestMethod: "GET",
      ClientRequestURI: target(request),
      ClientRequestUserAgent: request.agent,
      EdgeResponseBytes: 5316,
      EdgeResponseStatus: 200,
      EdgeStartTimestamp: request.timeS,
      RayID: "8f1d2e3c4b5a6978",
    }),
  ),
  cloudfront: writer(
    (request, time) =>
      [
        `${time.slice(0, 10)}\t${time.slice(11, 19)}\tFRA60-P3\t5316\t${request.address}\tGET\td1.cloudfront.example`,
        `/recommendations\t200\t-\t${encodeURIComponent(request.agent)}\t${query(request)}\t-\tHit`,
      ].join("\t"),
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type\n",
  ),
  fastly: writer((request, time) =>
    JSON.stringify({
      timestamp: time.replace("Z", "+0000"),
      client_ip: request.address,
      host: "tv.example",
      url: target(request),
      request_method: "GET",
      request_user_agent: request.agent,
      response_status: 200,
      fastly_is_edge: true,
    }),
  ),
  alb: writer(
    (request, time) =>
      `https ${time.replace("Z", ".243000Z")} app/tv/50dc6c495c0c9188 ${request.address}:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 5316 "GET https://tv.example:443${target(request)} HTTP/1.1" "${request.agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 - "Root=1-58337262" "tv.example" "-" 0 ${time} "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`,
  ),
};
