/** Lines of JSON logs: nginx with any keys, Cloudflare Logpush, CloudFront and Fastly. */
import { parseJson } from "@spillway/kit/tabular/json-value.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { createCombinedParser } from "./combined.ts";
import { decodedHeader } from "./cloudfront.ts";
import { createJsonKeys, isObject, type JsonKeys, type JsonObject } from "./json-keys.ts";
import { unescaped } from "./line-fields.ts";
import { createMomentReader } from "./log-moment.ts";
import { badLine, statusOf, type LineParser } from "./log-request.ts";
import { clientAddress, readRequestLine, readTarget, type RequestLine } from "./request-target.ts";

export type JsonDialect = {
  /** Says why an object is no client's request, such as a second copy of it. */
  readonly skip?: (object: JsonObject) => string | undefined;
  /** True when headers are URL-encoded. */
  readonly isEncoded?: boolean;
};

export function createJsonParser({ skip, isEncoded = false }: JsonDialect = {}): LineParser {
  const keys = createJsonKeys();
  const momentOf = createMomentReader();
  const text = createCombinedParser();
  const parse: LineParser = (whole) => {
    const line = jsonPart(whole);
    const object = parseLine(line);
    if (typeof object === "string") return badLine(object);
    const why = skip?.(object);
    if (why !== undefined) return { kind: "skipped", why };
    keys.learn(object);
    const inner = wrappedLine(object, keys);
    const wrapped = inner === "" ? undefined : inner.startsWith("{") ? parse(inner) : text(inner);
    if (wrapped?.kind === "request") return wrapped;
    const timeS = timeOf(object, keys, momentOf);
    if (timeS === undefined) return badLine("has no time that can be read");
    const request = requestOf(object, keys);
    if (request === undefined) return badLine("names no request: no request line, URI, URL or path");
    const header = (value: unknown): string => (isEncoded ? decodedHeader(textOf(value)) : textOf(value));
    const cookies = keys.first(object, "cookies");
    return {
      kind: "request",
      timeS,
      address: addressOf(object, keys),
      agent: header(keys.first(object, "agent")),
      referrer: header(keys.first(object, "referrer")),
      ...request,
      status: statusOf(textOf(keys.first(object, "status"))),
      cookies: isObject(cookies) ? cookieHeader(cookies) : header(cookies),
      user: textOf(userOf(object, keys, line)),
      object: () => exact(line),
    };
  };
  return parse;
}

/** Docker and journald wrap a server's line into a JSON object: returns the line, or an empty text. */
function wrappedLine(object: JsonObject, keys: JsonKeys): string {
  if (keys.has(object, "line") || keys.has(object, "target")) return "";
  return textOf(object["log"] ?? object["MESSAGE"] ?? object["message"]).trim();
}

/** A number beyond 2^53 has lost digits, and is read once more without. */
function userOf(object: JsonObject, keys: JsonKeys, line: string): unknown {
  const user = keys.first(object, "user");
  return typeof user === "number" && !Number.isSafeInteger(user) ? keys.first(exact(line), "user") : user;
}

function exact(line: string): JsonObject {
  try {
    const value = parseJson(line);
    return isObject(value) ? value : {};
  } catch {
    const repaired = parseLine(line);
    return typeof repaired === "string" ? {} : repaired;
  }
}

/**
 * What syslog, Fastly's classic messages and containers write before a line, as far as no format of text has
 * it.
 */
const HEADER = /^[^"{\t]{1,256}(?=\{\s*")/;

/** The JSON object of a line without the header before it; any other line as it is. */
export function jsonPart(line: string): string {
  if (line.startsWith("{") || !line.trimEnd().endsWith("}")) return line;
  return line.slice(HEADER.exec(line)?.[0].length ?? 0);
}

/** Returns the object, or what is wrong with the line. */
export function parseLine(line: string): JsonObject | string {
  if (line.startsWith("["))
    return "is a JSON array: a log has one JSON object a line (jq -c '.[]' makes them)";
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    // nginx without `escape=json` writes `\x22`, which is no JSON.
    value = line.includes("\\x") ? parseRepaired(line) : undefined;
    if (value === undefined) return `is not JSON: ${reasonOf(error)}`;
  }
  return isObject(value) ? value : "is not a JSON object";
}

function parseRepaired(line: string): unknown {
  try {
    return JSON.parse(
      line.replaceAll(/(?:\\x[0-9a-fA-F]{2})+/g, (bytes) => JSON.stringify(unescaped(bytes)).slice(1, -1)),
    );
  } catch {
    return undefined;
  }
}

function timeOf(
  object: JsonObject,
  keys: JsonKeys,
  momentOf: (text: string) => number | undefined,
): number | undefined {
  for (const value of keys.all(object, "time")) {
    const text = textOf(value);
    // CloudFront, and W3C logs as JSON, have the date and the time of the day apart.
    const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
    const clock = isDate ? textOf(keys.first(object, "clock")) : "";
    const timeS = momentOf(/^\d\d:\d\d/.test(clock) ? `${text}T${clock}Z` : text);
    if (timeS !== undefined) return timeS;
  }
  return undefined;
}

function requestOf(object: JsonObject, keys: JsonKeys): RequestLine | undefined {
  const line = textOf(keys.first(object, "line"));
  const read = readRequestLine(line);
  if (read.method !== "") return read;
  const target = textOf(keys.first(object, "target"));
  // Fastly's older examples call the method `request`.
  const method = (
    textOf(keys.first(object, "method")) || (/^[A-Z]{3,10}$/.test(line) ? line : "")
  ).toUpperCase();
  // Servers log a request that they could not read with empty texts.
  const isLogged = keys.has(object, "line") || keys.has(object, "target");
  if (target === "") return isLogged ? { ...read, method: "" } : undefined;
  const { path, query } = readTarget(target);
  return { method, path, query: query || textOf(keys.first(object, "query")).replace(/^\?/, "") };
}

function addressOf(object: JsonObject, keys: JsonKeys): string {
  return clientAddress(textOf(keys.first(object, "address")), textOf(keys.first(object, "forwarded")));
}

function cookieHeader(cookies: JsonObject): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join("; ");
}

/** Numbers as their digits; of a list, as Caddy has headers, the first one; anything else is empty. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value === "-" ? "" : value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? textOf(value[0]) : "";
}
