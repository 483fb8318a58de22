/**
 * The edge's HTTP API as an OpenAPI document; `edge/public/openapi.json` is made from it. The worker does not
 * import this.
 */
import * as z from "zod/mini";
import { eventSchema } from "@spillway/shared/protocol/events.ts";
import { identifiedSchema, pageAnswerSchema, refusedEventSchema } from "@spillway/shared/openapi/answers.ts";
import { MODES } from "@spillway/shared/routing/mode-override.ts";
import { CARRIERS } from "@spillway/shared/routing/carriers.ts";
import {
  API_VERSION,
  jsonContent,
  jsonSchema,
  NO_STORE,
  OPENAPI_OPERATION,
  PAGE_PARAMETERS,
  pageResponses,
  PROBLEM,
  problems,
  queryParameter,
  schemaRef,
  type HeaderObject,
  type OpenApiDocument,
  type OperationObject,
} from "@spillway/shared/openapi/document.ts";

const count = z.int().check(z.gte(0));

const healthSchema = z.object({
  status: z.enum(["ok", "degraded"]),
  problems: z.array(z.object({ key: z.string(), reason: z.string() })),
  clusterIndex: z.object({ generation: z.nullable(z.int()) }),
  servingLog: z.object({ calls: count, lost: count }),
  /** The fields from here on are for operators alone. */
  routing: z.optional(z.object({ version: z.int(), mode: z.string(), deadlineMs: z.number() })),
  editorial: z.optional(z.object({ version: z.int() })),
  users: z.optional(
    z.object({ believed: z.string(), keys: z.optional(count), remembered: z.optional(count) }),
  ),
  admission: z.optional(
    z.object({
      credit: z.enum(["none", "open", "share"]),
      ratePerSec: z.optional(z.number()),
      demandPerSec: z.number(),
      unanswered: count,
      down: z.optional(z.string()),
    }),
  ),
  isolateBytes: z.optional(count),
  memory: z.optional(z.record(z.string(), count)),
  pagesInMemory: z.optional(z.object({ entries: count, bytes: count })),
  packs: z.optional(
    z.object({
      bytes: count,
      swapBytes: count,
      items: count,
      weights: count,
      catalogue: z.nullable(z.string()),
      model: z.nullable(z.string()),
      budget: z.nullable(z.enum(["whole", "fewer-weights", "candidates-only", "none"])),
    }),
  ),
  suspects: z.optional(z.object({ listed: count })),
  userHashes: z.optional(z.object({ keyedWith: z.enum(["USER_HASH_KEY", "EDGE_TOKEN"]) })),
  viewers: z.optional(z.catchall(z.object({ map: z.record(z.string(), count) }), count)),
  /**
   * Requests that were recorded for the sample since the isolate started, and tuples that were handed over.
   */
  sample: z.optional(z.object({ recorded: count, taken: count })),
  failures: z.optional(z.record(z.string(), count)),
  lastFailures: z.optional(z.record(z.string(), z.string())),
});

const isolateSchema = z.object({
  isolate: z.string(),
  served: z.record(z.string(), count),
  routing: z.object({ version: z.int(), mode: z.enum(MODES) }),
  generation: z.nullable(z.int()),
  admission: z.record(z.string(), z.unknown()),
});

/** Whoever has the pass may ask from any page. */
const ANY_ORIGIN: Readonly<Record<string, HeaderObject>> = Object.fromEntries(
  ["Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Max-Age"].map((name) => [
    name,
    { description: "For the console's page, on another host.", schema: { type: "string" } },
  ]),
);

const comparedPage = z.nullable(pageAnswerSchema);

const comparedPagesSchema = z.object({
  context: z.string(),
  /** The viewer's own cluster. */
  cluster: z.string(),
  /** What is known of the viewer, and by what; null where that is nothing. */
  viewer: z.nullable(z.object({ carrier: z.enum(CARRIERS), titles: count, plays: z.number() })),
  /** `tailored` is null where there is nothing to tailor by. */
  pages: z.object({ generic: comparedPage, cluster: comparedPage, tailored: comparedPage }),
  /**
   * Item of the tailored page → the title of the history that leads to it most, and its share of the score.
   */
  because: z.record(z.string(), z.object({ item: z.string(), title: z.string(), share: z.number() })),
});

const eventReceiptSchema = z.object({ accepted: count, refused: z.array(refusedEventSchema) });

const VISITOR_COOKIE: HeaderObject = {
  description:
    "A new visitor's id; and `spillway_viewer`, the viewer's state with what was posted, which the next request brings back (`[tailoring]` in routing.toml).",
  schema: { type: "string" },
};

const EVENTS = {
  anyOf: [
    {
      type: "object",
      required: ["events"],
      properties: { events: { type: "array", items: schemaRef("Event") } },
    },
    { type: "array", items: schemaRef("Event") },
  ],
} as const;

const identified = (operationId: string, summary: string): OperationObject => ({
  operationId,
  summary,
  security: [{ userToken: [] }],
  responses: {
    "200": {
      description: "What it did. The browser gets a new visitor's id.",
      headers: { ...NO_STORE, "Set-Cookie": VISITOR_COOKIE },
      content: jsonContent("Identified"),
    },
    ...problems(400, 401, 403, 409, 503),
  },
});

const PAGE_OPERATION: OperationObject = {
  operationId: "recommendations",
  summary: "A page for this visitor: always a page, whatever the load.",
  parameters: PAGE_PARAMETERS,
  responses: { ...pageResponses({}), ...problems(400, 404) },
};

export const EDGE_DOCUMENT: OpenApiDocument = {
  openapi: "3.1.1",
  info: {
    title: "Spillway edge",
    version: API_VERSION,
    description:
      "What clients of a streaming platform call. Signals are read from query, cookies and headers.",
  },
  paths: {
    "/recommendations": {
      get: PAGE_OPERATION,
      head: { ...PAGE_OPERATION, operationId: "recommendationsHead" },
    },
    "/recommendations/compare": {
      get: {
        operationId: "compareRecommendations",
        summary:
          "A viewer's pages on three rungs, side by side, and why titles stand on the tailored one. It asks no origin; 404 unless the edge has `COMPARE_PAGES`.",
        parameters: PAGE_PARAMETERS,
        responses: {
          "200": {
            description: "The pages, without their individual one, which `/recommendations` gives.",
            headers: NO_STORE,
            content: jsonContent("ComparedPages"),
          },
          ...problems(400, 404),
        },
      },
    },
    "/events": {
      post: {
        operationId: "events",
        summary: "Interaction events, taken once they are stored durably. A bad event costs only itself.",
        parameters: [queryParameter("user", "Whose events these are.", { type: "string" })],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: EVENTS },
            "text/plain": { schema: { type: "string", description: "The same JSON, as beacons send it." } },
          },
        },
        responses: {
          "202": {
            description: "The good events are stored.",
            headers: { "Set-Cookie": VISITOR_COOKIE },
            content: jsonContent("EventReceipt"),
          },
          ...problems(400, 403, 413, 415, 429, 503),
        },
      },
    },
    "/identify": {
      post: identified("identify", "After a login: the cookie's visitor is the token's user."),
      delete: identified(
        "unidentify",
        "Undoes the login of the cookie's visitor, or the one that gave this cookie.",
      ),
    },
    "/health": {
      get: {
        operationId: "health",
        summary: "Whether this isolate can serve; more of it for operators, with EDGE_TOKEN as bearer.",
        responses: {
          "200": { description: "Always 200.", headers: NO_STORE, content: jsonContent("Health") },
        },
      },
    },
    "/metrics": {
      get: {
        operationId: "metrics",
        summary:
          "What this isolate alone has counted, for Prometheus; every sample names the isolate. For operators, with EDGE_TOKEN as bearer.",
        responses: {
          "200": {
            description: "The text format of Prometheus.",
            headers: NO_STORE,
            content: { "text/plain": { schema: { type: "string" } } },
          },
          ...problems(401),
        },
      },
    },
    "/console/isolate": {
      get: {
        operationId: "consoleIsolate",
        summary: "What this isolate knows, for the console while the origin is away; its pass as bearer.",
        responses: {
          "200": {
            description: "The isolate's state.",
            headers: { ...NO_STORE, ...ANY_ORIGIN },
            content: jsonContent("Isolate"),
          },
          ...Object.fromEntries(
            Object.entries(problems(401)).map(([status, response]) => [
              status,
              { ...response, headers: { ...response.headers, ...ANY_ORIGIN } },
            ]),
          ),
        },
      },
    },
    "/openapi.json": { get: OPENAPI_OPERATION },
  },
  components: {
    schemas: {
      Page: jsonSchema(pageAnswerSchema),
      Event: jsonSchema(eventSchema),
      EventReceipt: jsonSchema(eventReceiptSchema),
      ComparedPages: jsonSchema(comparedPagesSchema),
      Identified: jsonSchema(identifiedSchema),
      Health: jsonSchema(healthSchema),
      Isolate: jsonSchema(isolateSchema),
      Problem: PROBLEM,
    },
    securitySchemes: {
      userToken: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "A user's signed token; a cookie can hold it too.",
      },
    },
  },
};
