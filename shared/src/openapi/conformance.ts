/**
 * Checks whether an answer is one that an OpenAPI document describes. Pure: the caller passes the JSON Schema
 * validator in.
 */
import type { JsonSchema, OpenApiDocument, ResponseObject } from "./document.ts";

export type Answer = {
  readonly method: string;
  /** The path, without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
};

/**
 * Returns what is wrong with `value`; empty when it is valid. `schema` refers only to schemas of the
 * document.
 */
export type Validate = (schema: JsonSchema, value: unknown) => readonly string[];

/**
 * Returns the document with every object closed, so that an undescribed field of an answer is an error in
 * tests.
 */
export function closed(document: OpenApiDocument): OpenApiDocument {
  return close(document) as OpenApiDocument;
}

/** Returns what is wrong with this answer; empty when the document describes it. */
export function violations(document: OpenApiDocument, answer: Answer, validate: Validate): string[] {
  const where = `${answer.method} ${answer.path} ${answer.status}`;
  const operation = document.paths[answer.path]?.[answer.method.toLowerCase()];
  const described = operation?.responses[answer.status];
  if (described === undefined) return [`${where}: the document has no such response`];
  return [
    ...headerViolations(described, answer.headers, validate),
    ...bodyViolations(described, answer, validate),
  ].map((violation) => `${where}: ${violation}`);
}

function headerViolations({ headers = {} }: ResponseObject, given: Headers, validate: Validate): string[] {
  const described = Object.entries(headers).flatMap(([name, { required = false, schema }]) => {
    const value = given.get(name);
    if (value === null) return required ? [`${name} is missing`] : [];
    return validate(schema, value).map((reason) => `${name}: ${reason}`);
  });
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const undescribed = [...given.keys()].filter((name) => !names.has(name) && !COMMON_HEADERS.has(name));
  return [...described, ...undescribed.map((name) => `${name} is not described`)];
}

/** Headers of HTTP itself, and of servers in front. No document describes them. */
const COMMON_HEADERS: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "connection",
  "date",
  "keep-alive",
  "transfer-encoding",
  "vary",
  "x-content-type-options",
]);

function bodyViolations({ content }: ResponseObject, answer: Answer, validate: Validate): string[] {
  if (content === undefined || answer.method === "HEAD") {
    return answer.body === "" ? [] : ["there is a body, and none is described"];
  }
  const [mediaType = ""] = (answer.headers.get("content-type") ?? "").split(";");
  const described = content[mediaType];
  if (described === undefined) return [`${mediaType || "no content type"} is not described`];
  if (!mediaType.endsWith("json")) return [];
  return [...validate(described.schema, JSON.parse(answer.body))];
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  const all = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]));
  const isOpen = all["type"] === "object" && "properties" in all && !("additionalProperties" in all);
  return isOpen ? { ...all, additionalProperties: false } : all;
}
