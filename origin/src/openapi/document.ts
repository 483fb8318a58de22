/** The origin's HTTP API as an OpenAPI document, served at `/openapi.json`, put together from its rooms. */
import {
  API_VERSION,
  OPENAPI_OPERATION,
  PROBLEM,
  type OpenApiDocument,
} from "@spillway/shared/openapi/document.ts";
import { PAGE_ROUTES } from "./page-routes.ts";
import { EDITORIAL_ROUTES } from "./editorial-routes.ts";
import { ROUTING_ROUTES } from "./routing-routes.ts";
import { OPERATOR_ROUTES } from "./operator-routes.ts";
import { MONITORING_ROUTES } from "./monitoring-routes.ts";
import { CLUSTERS_ROUTES } from "./clusters-routes.ts";
import { REPORT_ROUTES } from "./report-routes.ts";
import { SAMPLE_ROUTES } from "./sample-routes.ts";
import { EDGE_REPORT_ROUTES } from "./edge-report-routes.ts";

const PARTS = [
  PAGE_ROUTES,
  EDITORIAL_ROUTES,
  ROUTING_ROUTES,
  OPERATOR_ROUTES,
  MONITORING_ROUTES,
  CLUSTERS_ROUTES,
  REPORT_ROUTES,
  SAMPLE_ROUTES,
  EDGE_REPORT_ROUTES,
];

export const ORIGIN_DOCUMENT: OpenApiDocument = {
  openapi: "3.1.1",
  info: {
    title: "Spillway origin",
    version: API_VERSION,
    description:
      "Individual pages below the threshold, stored pages for gateways, and what operators, editors and the edge call. Where the origin does not listen on loopback, every route but /health and /openapi.json needs a token or the edge's signature. On loopback it answers 421 under a host name that is not its own, and 403 to what another site's page posts.",
  },
  paths: Object.assign({}, ...PARTS.map(({ paths }) => paths), {
    "/openapi.json": { get: OPENAPI_OPERATION },
  }),
  components: {
    schemas: Object.assign({}, ...PARTS.map(({ schemas }) => schemas), { Problem: PROBLEM }),
    securitySchemes: {
      operatorToken: {
        type: "http",
        scheme: "bearer",
        description:
          "ADMIN_TOKEN, or an operator's token of at least the role in `x-spillway-role`: viewer, editor, operator, admin. Who has sent too many wrong ones from an address is answered 429 with `Retry-After`.",
      },
      consoleSession: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-spillway_console",
        description: "A session of the console, with the role of the token that it was granted for.",
      },
      edgeSignature: {
        type: "apiKey",
        in: "header",
        name: "Signature",
        description:
          "Our edge's signature with EDGE_TOKEN (RFC 9421, hmac-sha256) of method, path, query, body and headers, for one process of the origin and one use.",
      },
    },
  },
};
