/**
 * Mutated replies of the origin, after its proof: a viewer gets a sound individual page, or the cluster's.
 */
import type { Random } from "@spillway/demo/random.ts";
import type { OriginReply } from "@spillway/edge/origin/origin-call.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateBytes, mutateJsonText, mutateText, nastyText } from "./mutate-text.ts";
import { answerOf, headerFaults, pageFaults, type Answer } from "./oracle.ts";
import type { Platform } from "./platform.ts";
import { goodSite, PAGES } from "./site.ts";
import type { RunCase } from "./target.ts";
import { VIEWER } from "./viewer.ts";

type Draft = {
  status: number;
  readonly headers: Map<string, string[]>;
  body: Uint8Array;
};

const encoder = new TextEncoder();
const ETAG = 'W/"individual-1"';
const CONTEXTS = [...PAGE_CONTEXTS, "similar", "search"];

export function repliesTarget(platform: Platform): RunCase {
  const kv = goodSite();
  return async (random) => {
    platform.draw(random);
    const context = random.pick(CONTEXTS);
    const draft = mutate(goodReply(context, random), random);
    const isolate = platform.isolate({
      kv,
      callOrigin: () => Promise.resolve(replyOf(draft)),
    });
    const url = `http://edge.example/recommendations?user=u${random.int(1000)}&context=${context}&team=ESP&item=i1&q=goal`;
    const headers: Record<string, string> = random.chance(0.3) ? { "if-none-match": ETAG } : {};
    const answer = await answerOf(await isolate.fetch(new Request(url, { headers })));
    const isPage = (PAGE_CONTEXTS as readonly string[]).includes(context);
    return {
      outcome: `${answer.status} ${answer.as ?? ""}`.trim(),
      faults: faultsOf(answer, isPage ? context : undefined, draft.status),
      input: () =>
        `${context}: ${draft.status} ${JSON.stringify([...draft.headers])} ${new TextDecoder().decode(draft.body)}`,
    };
  };
}

function faultsOf(answer: Answer, context: string | undefined, said: number): string[] {
  const faults = headerFaults(answer);
  const isRefusal = context === undefined && (said === 400 || said === 404) && answer.status === said;
  if (isRefusal) return faults;
  if (answer.status !== 200 && answer.status !== 304) return [...faults, `a viewer gets ${answer.status}`];
  if (
    answer.as === "builtin" &&
    !/^builtin;reason=(admitted|no-model)/.test(answer.headers.get("spillway-served") ?? "")
  ) {
    faults.push("served builtin");
  }
  return [...faults, ...pageFaults(answer, context)];
}

function goodReply(context: string, random: Random): Draft {
  const page = { ...random.pick(PAGES), context, cluster: "generic" };
  const refusal = {
    type: "/problems/not-found",
    title: "no",
    status: 404,
    detail: "no",
    errors: [{ key: "item", reason: "is unknown" }],
  };
  const status = random.pick([200, 200, 200, 200, 304, 404, 429, 500]);
  const body = status === 200 ? JSON.stringify(page) : status === 404 ? JSON.stringify(refusal) : "";
  return {
    status,
    headers: new Map([
      ["content-type", ["application/json; charset=utf-8"]],
      ["spillway-served", ['individual;reason=admitted;cluster="generic";generation=1;age=0']],
      ["spillway-now", ["2026-07-10T18:00:00.000Z"]],
      ["spillway-credit", [random.pick(["open", "share;rate=0.525;lease=5714"])]],
      ["etag", [ETAG]],
      ["cache-control", ["private, no-cache"]],
      ["spillway-viewer", [VIEWER]],
    ]),
    body: encoder.encode(body),
  };
}

const ODD_STATUSES = [
  100, 199, 200, 201, 204, 205, 206, 300, 301, 304, 400, 401, 404, 418, 429, 451, 499, 500, 503, 599, 999,
];

function mutate(draft: Draft, random: Random): Draft {
  for (let times = 1 + random.int(3); times > 0; times -= 1) {
    const way = random.next();
    if (way < 0.15) draft.status = random.pick(ODD_STATUSES);
    else if (way < 0.55) draft.body = mutatedBody(draft.body, random);
    else mutateHeader(draft.headers, random);
  }
  return draft;
}

function mutatedBody(body: Uint8Array, random: Random): Uint8Array {
  const text = new TextDecoder().decode(body);
  const way = random.next();
  try {
    if (way < 0.6) return encoder.encode(JSON.stringify(mutateJson(JSON.parse(text), random)) ?? "");
  } catch {
    // An earlier mutation has left no JSON.
  }
  return way < 0.8 ? encoder.encode(mutateJsonText(text, random)) : mutateBytes(body, random);
}

function mutateHeader(headers: Map<string, string[]>, random: Random): void {
  const names = [...headers.keys()];
  const name = random.chance(0.15) || names.length === 0 ? "x-other" : random.pick(names);
  const values = headers.get(name) ?? [];
  switch (random.int(4)) {
    case 0:
      headers.delete(name);
      break;
    case 1:
      headers.set(name, [...values, nastyText(random)]);
      break;
    case 2:
      headers.set(name, [nastyText(random)]);
      break;
    default:
      headers.set(
        name,
        values.map((value) => mutateText(value, random)),
      );
  }
}

function replyOf({ status, headers, body }: Draft): OriginReply {
  const sent = new Headers();
  for (const [name, values] of headers) {
    // A header as HTTP can carry it: bytes, and no end of line.
    for (const value of values)
      sent.append(name, value.replace(/[\u0000\r\n]/g, "").replace(/[^\u0000-\u00ff]/g, "?"));
  }
  return { kind: "reply", status, headers: sent, body, originMs: 1.25 };
}
