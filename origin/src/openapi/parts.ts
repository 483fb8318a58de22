/** What the routes have in common: who may call them, bodies, answers, and headers to our edge. */
import type { Role } from "@spillway/shared/operators/role.ts";
import {
  jsonContent,
  queryParameter,
  type HeaderObject,
  type JsonSchema,
  type OpenApiDocument,
  type OperationObject,
  type ResponseObject,
} from "@spillway/shared/openapi/document.ts";

/** One room's part of the document. */
export type DocumentPart = {
  readonly paths: OpenApiDocument["paths"];
  readonly schemas: OpenApiDocument["components"]["schemas"];
};

export const OPERATOR = [{ operatorToken: [] }, { consoleSession: [] }];
export const EDGE = [{ edgeSignature: [] }];

/** Who may call a route: an operator of at least this role. */
export function needs(role: Role): Pick<OperationObject, "security" | "x-spillway-role"> {
  return { security: OPERATOR, "x-spillway-role": role };
}

export const NOTE = queryParameter("note", "Why, for the audit log.", { type: "string", maxLength: 500 });
export const EXPECT = queryParameter(
  "expect",
  "The version that the change was made from. 409 when it is not the newest.",
  { type: "integer", minimum: 0 },
);

export const TEXT: JsonSchema = { type: "string" };

/** The headers of every answer to a request that our edge has signed. */
export const PROOF: Readonly<Record<string, HeaderObject>> = {
  "Signature-Input": {
    description:
      "To our edge: what the origin's signature covers (RFC 9421), the request's signature included.",
    schema: TEXT,
  },
  Signature: { description: "To our edge: the origin's signature (RFC 9421).", schema: TEXT },
  "Content-Digest": { description: "To our edge: the body's SHA-256 (RFC 9530).", schema: TEXT },
  "Spillway-Instance": {
    description:
      "To our edge, with 401: the process that a signature has to name. The edge signs the request once more.",
    schema: TEXT,
  },
  "Spillway-Rollout": {
    description: "To our edge: a rollout that ended without becoming the routing in force, `r13;aborted`.",
    schema: TEXT,
  },
};

export const TO_EDGE: Readonly<Record<string, HeaderObject>> = {
  ...PROOF,
  "Spillway-Credit": {
    description: "To our edge: how many requests its isolate may forward.",
    schema: TEXT,
  },
  "Spillway-Viewer": {
    description:
      "To our edge, with an individual page: the user's viewer state in base64url, for the viewer cookie.",
    schema: { type: "string", pattern: "^[A-Za-z0-9_-]+$" },
  },
};

export const TIMED: Readonly<Record<string, HeaderObject>> = {
  ...TO_EDGE,
  "Server-Timing": {
    description: "Milliseconds at the origin.",
    schema: { type: "string", pattern: "^origin;dur=[0-9.]+$" },
  },
};

/** Adds headers to each of the responses. */
export function withHeaders(
  responses: Readonly<Record<string, ResponseObject>>,
  more: Readonly<Record<string, HeaderObject>>,
): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: { ...response.headers, ...more } },
    ]),
  );
}

export function json(description: string, schema: string): ResponseObject {
  return { description, content: jsonContent(schema) };
}

export function body(
  schema: JsonSchema,
  ...more: readonly string[]
): NonNullable<OperationObject["requestBody"]> {
  const content = ["application/json", ...more].map((type) => [type, { schema }] as const);
  return { required: true, content: Object.fromEntries(content) };
}

export function listOf(key: string, items: JsonSchema): JsonSchema {
  return { type: "object", required: [key], properties: { [key]: { type: "array", items } } };
}
