/**
 * The parts from which edge and origin build their OpenAPI 3.1 documents. Schemas come from the code that
 * validates, or are named once here.
 */
import * as z from "zod/mini";
import type { Role } from "../operators/role.ts";
import { PROBLEM_KINDS, type ProblemStatus } from "../protocol/problem.ts";
import { problemSchema } from "./answers.ts";

/** JSON Schema 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type HeaderObject = {
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
};

export type ResponseObject = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  /** The schemas by media type; absent when there is no body. */
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
};

export type ParameterObject = {
  readonly name: string;
  readonly in: "query" | "header" | "cookie";
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
};

export type OperationObject = {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** The least role of an operator that may call it (shared/src/operators/role.ts). */
  readonly "x-spillway-role"?: Role;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
};

export type OpenApiDocument = {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes?: Readonly<Record<string, JsonSchema>>;
  };
};

export const API_VERSION = "0.1.0";

/**
 * Returns the JSON Schema of a body that the code has a schema for. Checks that JSON Schema cannot express
 * are left out.
 */
export function jsonSchema(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function jsonContent(name: string): { readonly "application/json": { readonly schema: JsonSchema } } {
  return { "application/json": { schema: schemaRef(name) } };
}

const CACHE_CONTROL: HeaderObject = {
  description: "Whether caches may keep the response.",
  required: true,
  schema: { type: "string" },
};

export const NO_STORE = { "Cache-Control": { ...CACHE_CONTROL, schema: { const: "no-store" } } } as const;

const RETRY_AFTER: HeaderObject = {
  description: "Seconds after which the same request may succeed.",
  required: true,
  schema: { type: "string", pattern: "^[0-9]+$" },
};

/** The refusals of an operation, by status. */
export function problems(...statuses: readonly ProblemStatus[]): Record<string, ResponseObject> {
  return Object.fromEntries(
    statuses.map((status): [string, ResponseObject] => [
      String(status),
      {
        description: PROBLEM_KINDS[status][1],
        headers: {
          ...NO_STORE,
          "X-Content-Type-Options": {
            description: "Always `nosniff`.",
            required: true,
            schema: { const: "nosniff" },
          },
          ...((status === 429 || status === 503) && { "Retry-After": RETRY_AFTER }),
          ...(status === 401 && {
            "WWW-Authenticate": { description: "How to authenticate.", schema: { type: "string" } },
          }),
        },
        content: { "application/problem+json": { schema: schemaRef("Problem") } },
      },
    ]),
  );
}

const SET_COOKIE: HeaderObject = {
  description:
    "First-party cookies of Spillway: `SameSite=Lax`; with `CROSS_SITE_COOKIES` of the edge `SameSite=None; Secure; Partitioned`.",
  schema: { type: "string" },
};

/** Headers of every answer with a page, on every rung of the ladder. */
const PAGE_HEADERS: Readonly<Record<string, HeaderObject>> = {
  "Cache-Control": { ...CACHE_CONTROL, schema: { const: "private, no-cache" } },
  ETag: {
    description: "Of the content: weak.",
    required: true,
    schema: { type: "string", pattern: '^W/"[^"]+"$' },
  },
  "Set-Cookie": SET_COOKIE,
  "Server-Timing": {
    description: "Milliseconds at edge and origin.",
    required: true,
    schema: { type: "string", pattern: "^(edge|origin);dur=[0-9.]+(, origin;dur=[0-9.]+)?$" },
  },
  "Spillway-Now": {
    description: "The content's clock.",
    required: true,
    schema: { type: "string", format: "date-time" },
  },
  "Spillway-Served": {
    description:
      "How the page was served, and why: an RFC 9651 token with parameters. `viewer`: how the viewer was known that the page was made for: by a carrier at the edge, or by the origin. A page without it was made for nobody alone, an individual page of a stranger too.",
    required: true,
    schema: {
      type: "string",
      pattern:
        '^(individual|tailored|cluster|parent|generic|builtin);reason=[a-z-]+(;cluster="[a-z0-9._-]{1,64}")?(;assigned="[a-z0-9._-]{1,64}")?(;stands-in-for="[a-z0-9-]{1,32}")?(;generation=[0-9]+)?(;age=[0-9]+)?(;viewer="(cookie|map|origin)")?$',
    },
  },
};

/**
 * The answers 200 and 304 of `GET /recommendations`. `own` holds headers that only one of the services has.
 */
export function pageResponses(own: Readonly<Record<string, HeaderObject>>): Record<string, ResponseObject> {
  const headers = { ...PAGE_HEADERS, ...own };
  return {
    "200": {
      description: "A page: individual, tailored at the edge, or stored.",
      headers,
      content: { "application/json": { schema: schemaRef("Page") } },
    },
    "304": { description: "The page with this ETag holds.", headers },
  };
}

export function queryParameter(name: string, description: string, schema: JsonSchema): ParameterObject {
  return { name, in: "query", description, schema };
}

const ID: JsonSchema = { type: "string", minLength: 1, maxLength: 128 };

/** The parameters of `GET /recommendations` that both services read. */
export const PAGE_PARAMETERS: readonly ParameterObject[] = [
  queryParameter("user", "Who asks.", ID),
  queryParameter("context", "Which page: `homepage` (default), `live`, `movies`, … `similar`, `search`.", {
    type: "string",
    pattern: "^[a-z0-9-]{1,32}$",
  }),
  queryParameter("item", "For `similar`: the item.", ID),
  queryParameter("q", "For `search`: the words.", { type: "string", minLength: 1, maxLength: 200 }),
  queryParameter("country", "Where the viewer is. At the edge the platform's country comes first.", {
    type: "string",
    pattern: "^[A-Za-z]{2}$",
  }),
  queryParameter("rating", "The age limit in years: items of a higher age rating are not shown.", {
    type: "integer",
    minimum: 0,
    maximum: 21,
  }),
  {
    name: "If-None-Match",
    in: "header",
    description: "ETags of pages that the client has.",
    schema: { type: "string" },
  },
];

export const PROBLEM = jsonSchema(problemSchema);

/** The answers of `GET /openapi.json`. */
export const OPENAPI_OPERATION: OperationObject = {
  operationId: "openapi",
  summary: "This document.",
  responses: {
    "200": {
      description: "OpenAPI 3.1.",
      content: { "application/json": { schema: { type: "object", required: ["openapi", "paths"] } } },
    },
  },
};
