/** What must hold of every answer, whatever came in. Each complaint is one sentence. */
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";

/** What an answer says, read without the worker's own parsers. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The rung of a page; undefined for all else. */
  readonly as: string | undefined;
};

const RUNGS = ["individual", "tailored", "cluster", "parent", "generic", "builtin"];

export async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const as = headers.get("spillway-served")?.split(";")[0];
  return { status, headers, body: await response.text(), as };
}

const HEADER_NAMES =
  /^(access-control-[a-z-]+|allow|cache-control|content-length|content-type|etag|retry-after|server-timing|set-cookie|spillway-now|spillway-served|vary|www-authenticate|x-content-type-options)$/;
/** An RFC 9651 item: a token with parameters. */
const SERVED = /^[a-z]+(;[a-z]+=([a-z][a-z0-9-]*|"[\x20-\x7e]*"|-?\d{1,15}|\?[01]))*$/;
const COOKIE = /^(__Host-)?spillway_(visitor|viewer|entry)=[\w.~%-]*(; [A-Za-z-]+(=[\w/-]+)?)*$/;

export function headerFaults({ headers }: Answer): string[] {
  const faults: string[] = [];
  for (const [name, value] of headers) {
    if (!HEADER_NAMES.test(name)) faults.push(`there is a header ${name}`);
    if (!/^[\t\x20-\x7e]*$/.test(value)) faults.push(`the header ${name} is not ASCII`);
  }
  const served = headers.get("spillway-served");
  if (served !== null && !SERVED.test(served)) faults.push(`Spillway-Served is ${served}`);
  const now = headers.get("spillway-now");
  if (now !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(now))
    faults.push(`Spillway-Now is ${now}`);
  const etag = headers.get("etag");
  if (etag !== null && !/^(W\/)?"[!#-~]*"$/.test(etag)) faults.push(`ETag is ${etag}`);
  for (const cookie of headers.getSetCookie())
    if (!COOKIE.test(cookie)) faults.push(`Set-Cookie is ${cookie}`);
  return faults;
}

/** `context` is what was asked for; undefined where the request does not say it plainly. */
export function pageFaults(answer: Answer, context: string | undefined): string[] {
  const { status, as, body } = answer;
  if (as === undefined || !RUNGS.includes(as)) return [`the page is served as ${as}`];
  if (status === 304) return body === "" ? [] : ["a 304 has a body"];
  const page = parsed(body);
  if (page === undefined) return ["the page is not JSON"];
  const isKnown = context !== undefined && (PAGE_CONTEXTS as readonly string[]).includes(context);
  if (isKnown && page.context !== context) return [`the page is of ${String(page.context)}`];
  const { carousels } = page;
  if (!Array.isArray(carousels) || carousels.length === 0) return ["the page has no carousel"];
  const faults = carousels.flatMap((carousel: unknown) => carouselFaults(carousel, as === "individual"));
  return faults.slice(0, 1);
}

function carouselFaults(carousel: unknown, mayBeEmpty: boolean): string[] {
  const { id, title, items } = (carousel ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || typeof title !== "string") return ["a carousel has no id or title"];
  if (!Array.isArray(items) || (items.length === 0 && !mayBeEmpty)) return ["a carousel has no items"];
  return items.every(isItem) ? [] : ["an item has no id, title or kind"];
}

function isItem(item: unknown): boolean {
  const fields = (item ?? {}) as Record<string, unknown>;
  return ["id", "title", "kind"].every((name) => typeof fields[name] === "string");
}

function parsed(text: string): { readonly context?: unknown; readonly carousels?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True where `as` is a lower rung than `before`. */
export function isWorse(as: string | undefined, before: string | undefined): boolean {
  return RUNGS.indexOf(as ?? "builtin") > RUNGS.indexOf(before ?? "builtin");
}
