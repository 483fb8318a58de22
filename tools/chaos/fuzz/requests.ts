/** Mutated requests to an edge whose documents are good and whose origin answers, refuses or is away. */
import type { Random } from "@spillway/demo/random.ts";
import type { OriginCall } from "@spillway/edge/origin/origin-call.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateJsonText, mutateText, nastyText } from "./mutate-text.ts";
import { answerOf, headerFaults, pageFaults, type Answer } from "./oracle.ts";
import type { Isolate, Platform } from "./platform.ts";
import { goodSite, PAGES } from "./site.ts";
import type { RunCase } from "./target.ts";
import { VIEWER } from "./viewer.ts";

type Draft = {
  method: string;
  /** With scheme and host. */
  url: string;
  readonly headers: [name: string, value: string][];
  body: string | undefined;
};

/** One isolate for so many cases, as an isolate's memory fills up over time. */
const CASES_PER_ISOLATE = 500;
const VISITOR = "0a1b2c3d-0000-4000-8000-0123456789ab";

export function requestsTarget(platform: Platform): RunCase {
  const kv = goodSite();
  let isolate: Isolate | undefined;
  let left = 0;
  let areQueuesAway = false;
  return async (random) => {
    platform.draw(random);
    if (left === 0 || isolate === undefined) {
      areQueuesAway = random.chance(0.2);
      isolate = platform.isolate({
        kv,
        callOrigin: originOf(random),
        areQueuesAway,
        hasUserTokens: random.chance(0.4),
      });
      left = CASES_PER_ISOLATE;
    }
    left -= 1;
    platform.advance(random.int(200));
    const draft = mutate(goodRequest(random), random);
    const answer = await answerOf(await isolate.fetch(requestOf(draft)));
    return {
      outcome: `${pathOf(draft.url)} ${answer.status}`,
      faults: faultsOf(draft, answer, areQueuesAway),
      input: () => JSON.stringify(draft),
    };
  };
}

/** Beside pages, the origin takes events and links. */
function originOf(random: Random): OriginCall {
  const mood = random.pick(["away", "over", "answers"] as const);
  return (request) => {
    if (mood === "away") return Promise.resolve({ kind: "none", reason: "origin-unreachable" });
    if (!request.path.startsWith("/recommendations")) {
      const body = new TextEncoder().encode('{"outcome":"linked"}');
      return Promise.resolve({
        kind: "reply",
        status: request.path === "/identify" ? 200 : 202,
        headers: new Headers(),
        body,
        originMs: undefined,
      });
    }
    if (mood === "over") {
      const headers = new Headers({ "spillway-credit": "share;rate=0.010;lease=5000" });
      return Promise.resolve({ kind: "reply", status: 429, headers, body: new Uint8Array(), originMs: 1 });
    }
    const context = new URLSearchParams(request.path.split("?")[1]).get("context") ?? "";
    const headers = new Headers({
      "content-type": "application/json",
      "spillway-served": "individual;reason=admitted",
      "spillway-credit": "open",
    });
    const body = new TextEncoder().encode(JSON.stringify({ ...PAGES[0], context }));
    return Promise.resolve({ kind: "reply", status: 200, headers, body, originMs: 1 });
  };
}

const PAGE_QUERIES = [
  "",
  "?user=u42&context=homepage",
  "?context=live&team=ESP",
  "?user=u42&context=movies&utm_source=google&utm_medium=cpc&utm_campaign=qf-esp-bel",
  "?context=series&referrer=https%3A%2F%2Ft.co%2Fx&event=final",
  "?context=similar&item=hub-esp&user=u1",
  "?context=search&q=goal&user=u1",
  "?user=u42&context=kids&country=gb&rating=12",
];
const EVENTS = [
  {
    id: "e1",
    type: "play",
    item: "hub-bel",
    user: "u42",
    time: "2026-07-10T18:00:00Z",
    servedAs: "cluster",
    cluster: "generic",
    generation: 1,
    context: "homepage",
    carousel: "top",
    position: 1,
  },
  { id: "e2", type: "progress", item: "hub-esp", progress: 0.5 },
];

function goodRequest(random: Random): Draft {
  const headers: [string, string][] = [
    [
      "user-agent",
      random.pick(["Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0)", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)"]),
    ],
    [
      "referer",
      random.pick([
        "https://www.instagram.com/",
        "https://www.google.com/",
        "android-app://com.twitter.android/",
        "",
      ]),
    ],
    ["cookie", `team=ESP; spillway_visitor=${VISITOR}; spillway_viewer=${VIEWER}; spillway_entry=social.abc`],
    ["if-none-match", 'W/"builtin-1"'],
    ["cf-connecting-ip", "203.0.113.7"],
    ["origin", "https://tv.example"],
  ].filter(() => random.chance(0.5)) as [string, string][];
  const way = random.next();
  const base = "http://edge.example";
  if (way < 0.7) {
    return {
      method: random.pick(["GET", "GET", "GET", "HEAD"]),
      url: `${base}/recommendations${random.pick(PAGE_QUERIES)}`,
      headers,
      body: undefined,
    };
  }
  if (way < 0.9) {
    headers.push([
      "content-type",
      random.pick(["application/json", "text/plain", "application/json; charset=utf-8"]),
    ]);
    return {
      method: "POST",
      url: `${base}/events?user=u42`,
      headers,
      body: JSON.stringify({ events: EVENTS }),
    };
  }
  if (way < 0.96) {
    return {
      method: random.pick(["POST", "DELETE"]),
      url: `${base}/identify`,
      headers: [...headers, ["authorization", "Bearer e30.e30.e30"]],
      body: "{}",
    };
  }
  return {
    method: "GET",
    url: `${base}${random.pick(["/health", "/", "/recommendations/", "/events", "/.well-known/x"])}`,
    headers,
    body: undefined,
  };
}

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
  "G E T",
];
const HEADER_NAMES = [
  "cookie",
  "referer",
  "user-agent",
  "if-none-match",
  "authorization",
  "content-type",
  "content-length",
  "content-encoding",
  "origin",
  "host",
  "cf-connecting-ip",
  "accept-language",
  "spillway-signals",
  "spillway-viewer",
  "spillway-admit",
  "spillway-demand",
  "sec-fetch-site",
  "sec-ch-ua-mobile",
  "x-requested-with",
  "x-forwarded-for",
];
const PARAMETERS = [
  "user",
  "context",
  "item",
  "q",
  "team",
  "cluster",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "gclid",
  "referrer",
  "event",
  "device",
  "country",
  "rating",
];
/** The authority comes from the Host header, which may be anything. */
const HOSTS = [
  "][",
  "a:b:c",
  "edge.example:99999",
  "ex ample",
  "\ud800",
  "[::1",
  "user@edge.example",
  "%00",
  "edge.example.",
  "x".repeat(300),
];

function mutate(draft: Draft, random: Random): Draft {
  for (let times = random.int(5); times > 0; times -= 1) mutateOnce(draft, random);
  return draft;
}

function mutateOnce(draft: Draft, random: Random): void {
  const { headers } = draft;
  switch (random.int(9)) {
    case 0:
      draft.method = random.pick(METHODS);
      break;
    case 1:
      draft.url = mutatedUrl(draft.url, random);
      break;
    case 2:
    case 3:
      draft.url += `${draft.url.includes("?") ? "&" : "?"}${random.pick(PARAMETERS)}=${encoded(nastyText(random), random)}`;
      break;
    case 4:
    case 5:
      headers.push([random.pick(HEADER_NAMES), nastyText(random)]);
      break;
    case 6: {
      const header = headers.length === 0 ? undefined : random.pick(headers);
      if (header !== undefined) header[1] = mutateText(header[1], random);
      break;
    }
    default:
      if (draft.body !== undefined) draft.body = mutatedBody(draft.body, random);
      else draft.url = draft.url.replace(/=[^&]*/, () => `=${encoded(nastyText(random), random)}`);
  }
}

/** A server makes the address of the Host header and of the target, which begins with a slash. */
function mutatedUrl(url: string, random: Random): string {
  const [, authority = "", target = ""] = /^http:\/\/([^/]*)\/(.*)$/s.exec(url) ?? [];
  if (random.chance(0.3)) return `http://${random.pick(HOSTS)}/${target}`;
  return `http://${authority}/${mutateText(target, random)}`;
}

function encoded(text: string, random: Random): string {
  return random.chance(0.5) ? encodeURIComponent(text.toWellFormed()) : text;
}

function mutatedBody(body: string, random: Random): string {
  try {
    if (random.chance(0.7)) return JSON.stringify(mutateJson(JSON.parse(body), random)) ?? "";
  } catch {
    // An earlier mutation has left no JSON.
  }
  return mutateJsonText(body, random);
}

/** As a server makes it of what came over the wire, also where no client could make such a request. */
function requestOf({ method, url, headers, body }: Draft): Request {
  const sent = new Headers();
  for (const [name, value] of headers) {
    sent.append(name, value.replace(/[\u0000\r\n]/g, "").replace(/[^\u0000-\u00ff]/g, "?"));
  }
  const hasBody = body !== undefined && !["GET", "HEAD"].includes(method);
  const init = { headers: sent, method: hasBody ? "POST" : "GET", ...(hasBody && { body }) };
  const parsed = URL.parse(url);
  const request = new Request(
    /^https?:$/.test(parsed?.protocol ?? "") && parsed?.username === "" ? parsed : "http://edge.example/",
    init,
  );
  if (parsed === null) Object.defineProperty(request, "url", { value: url });
  if (request.method !== method) Object.defineProperty(request, "method", { value: method });
  return request;
}

function pathOf(url: string): string {
  const path = /^https?:\/\/[^/?#]*(\/[a-z]*)/.exec(url)?.[1] ?? "";
  return ["/recommendations", "/events", "/identify", "/health"].includes(path) ? path : "other";
}

const STATUSES: Readonly<Record<string, readonly number[]>> = {
  "/recommendations": [200, 304, 400, 404, 405],
  "/events": [202, 204, 400, 401, 403, 404, 405, 413, 415, 429],
  "/identify": [200, 204, 400, 401, 403, 404, 405, 409, 413, 415, 429, 503],
  "/health": [200, 404, 405],
  other: [200, 202, 304, 400, 401, 403, 404, 405, 413, 415, 429],
};

function faultsOf(draft: Draft, answer: Answer, areQueuesAway: boolean): string[] {
  const faults = headerFaults(answer);
  const path = pathOf(draft.url);
  const mayBeAway = path === "other" || (path === "/events" && areQueuesAway);
  const isKnown = STATUSES[path]?.includes(answer.status) === true || (answer.status === 503 && mayBeAway);
  if (!isKnown) faults.push(`${path} gets ${answer.status}`);
  if (answer.as === undefined) return faults;
  // Every cluster has its page, so that nobody is to get less.
  if (answer.as === "parent" || answer.as === "builtin") faults.push(`served ${answer.as}`);
  if (draft.method === "HEAD") return faults;
  return [...faults, ...pageFaults(answer, undefined)];
}
