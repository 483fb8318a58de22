/** The formats of logs that are read, and how the lines of each are told from those of the others. */
import { createAlbParser } from "./alb.ts";
import { createCloudfrontParser } from "./cloudfront.ts";
import { createCombinedParser } from "./combined.ts";
import { createFastlyTextParser } from "./fastly-text.ts";
import type { JsonObject } from "./json-keys.ts";
import { createJsonParser, jsonPart, parseLine, textOf, type JsonDialect } from "./json-lines.ts";
import type { LineParser } from "./log-request.ts";
import { columnOf } from "../traffic/log-columns.ts";

export type LogFormat = {
  readonly name: string;
  /** What the format is, for `--help` and error messages. */
  readonly title: string;
  /** True when its lines can have cookies. */
  readonly hasCookies: boolean;
  /** `fields` are the names of the fields, for formats that have them in no header. */
  readonly createParser: (fields?: readonly string[]) => LineParser;
  /** For JSON: whether an object is a line of this format rather than of the next ones. */
  readonly isObject?: (object: JsonObject) => boolean;
  /** For text: whether a line is one of this format rather than of the next ones. */
  readonly isText?: (line: string) => boolean;
};

const has = (object: JsonObject, ...keys: readonly string[]): boolean =>
  keys.some((key) => Object.hasOwn(object, key));

/**
 * Cloudflare logs what a Worker fetches as requests of their own, with the request that they belong to.
 * https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
 */
const CLOUDFLARE: JsonDialect = {
  skip: (object) =>
    object["WorkerSubrequest"] === true || textOf(object["ClientRequestSource"]).startsWith("edgeWorker")
      ? "subrequests of Workers"
      : undefined,
};

/** With shielding, Fastly logs a request twice: at the edge, and at the shield. */
const FASTLY: JsonDialect = {
  skip: (object) => {
    const isEdge = object["fastly_is_edge"] ?? object["is_edge"];
    return isEdge === false || isEdge === "false" || isEdge === 0 || isEdge === "0"
      ? "copies that Fastly's shield logged"
      : undefined;
  },
};

const jsonFormat = (
  format: Pick<LogFormat, "name" | "title" | "isObject"> & { readonly dialect?: JsonDialect },
): LogFormat => ({
  ...format,
  hasCookies: true,
  createParser: () => createJsonParser(format.dialect),
});

/** Rows of ours name a page and no request. */
function isRow(object: JsonObject): boolean {
  const columns = new Set(Object.keys(object).map(columnOf));
  const isAccess = has(object, "request", "request_uri", "uri", "url", "path", "request_method");
  return columns.has("time") && columns.has("category") && !isAccess;
}

/** A format comes before those whose lines it could be taken for. */
export const FORMATS: readonly LogFormat[] = [
  jsonFormat({
    name: "cloudflare",
    title: "Cloudflare Logpush (http_requests)",
    dialect: CLOUDFLARE,
    isObject: (object) =>
      has(object, "ClientRequestURI", "ClientRequestPath", "EdgeStartTimestamp", "ClientRequestMethod"),
  }),
  {
    name: "cloudfront",
    title: "CloudFront's standard and real-time logs, and other W3C logs",
    hasCookies: true,
    createParser: createCloudfrontEitherParser,
    isObject: (object) => has(object, "cs-uri-stem", "cs-method", "x-edge-location", "x-edge-request-id"),
    isText: (line) =>
      /^#(?:version|fields|software|date|start-date):/i.test(line) ||
      /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t/.test(line) ||
      /^\d{10}(?:\.\d+)?\t/.test(line),
  },
  {
    name: "fastly",
    title: "Fastly, its JSON examples and VCL's text",
    hasCookies: true,
    createParser: createFastlyEitherParser,
    isObject: (object) =>
      Object.keys(object).some((key) => key.startsWith("fastly")) ||
      has(object, "request_user_agent", "is_h2_push", "service_version", "response_state", "cache_status"),
    isText: (line) => createFastlyTextParser()(line).kind === "request",
  },
  {
    name: "alb",
    title: "AWS load balancers (ALB, Classic)",
    hasCookies: false,
    createParser: createAlbParser,
    isText: (line) =>
      /^(?:(?:https?|h2|grpcs|wss?) )?\d{4}-\d\d-\d\dT[\d:.]+Z? \S+ \S+ \S+ -?[\d.]+ /.test(line),
  },
  {
    name: "combined",
    title: "combined and common of Apache and nginx",
    hasCookies: false,
    createParser: createCombinedParser,
    isText: (line) => createCombinedParser()(line).kind === "request",
  },
  jsonFormat({
    name: "nginx-json",
    title: "JSON of nginx and other servers, with their own keys",
    isObject: (object) => !isRow(object),
  }),
];

/** Rows of our own form, with a header or as JSON. They are read by readers of their own. */
export const ROW_FORMATS = ["csv", "jsonl"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];
export const FORMAT_NAMES: readonly string[] = [...FORMATS.map(({ name }) => name), ...ROW_FORMATS];

export function formatNamed(name: string): LogFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

/** Returns the format that a line looks like, or undefined. Pure, and without memory of other lines. */
export function formatOfLine(line: string): LogFormat | RowFormat | undefined {
  const json = jsonPart(line);
  if (json.startsWith("{")) {
    const object = parseLine(json);
    if (typeof object === "string") return undefined;
    return FORMATS.find(({ isObject }) => isObject?.(object) === true) ?? "jsonl";
  }
  return FORMATS.find(({ isText }) => isText?.(line) === true);
}

function createCloudfrontEitherParser(fields?: readonly string[]): LineParser {
  return either(createJsonParser({ isEncoded: true }), createCloudfrontParser(fields));
}

function createFastlyEitherParser(): LineParser {
  return either(createJsonParser(FASTLY), createFastlyTextParser());
}

function either(json: LineParser, text: LineParser): LineParser {
  return (line) => (jsonPart(line).startsWith("{") ? json(line) : text(line));
}
