/** What operators call to try, push, stage and override the routing. */
import * as z from "zod/mini";
import {
  jsonSchema,
  problems,
  queryParameter,
  schemaRef,
  type OperationObject,
} from "@spillway/shared/openapi/document.ts";
import { routingFileSchema } from "@spillway/shared/routing/file/routing-file.ts";
import { rolloutAnswerSchema } from "@spillway/shared/protocol/rollout-status.ts";
import { modeOverrideRequestSchema } from "../http/routing-mode.ts";
import { rollbackSchema } from "../http/routing.ts";
import { routingModeSchema } from "./now-answer.ts";
import {
  checkedRoutingSchema,
  pushedFileSchema,
  routingVersionsSchema,
  currentRoutingSchema,
  dryRunBasisSchema,
  dryRunSchema,
  routingHitsSchema,
  pushedRoutingSchema,
} from "./answers.ts";
import { needs, NOTE, TEXT, EXPECT, json, body, type DocumentPart } from "./parts.ts";

const ROUTING_FILE: NonNullable<OperationObject["requestBody"]> = {
  required: true,
  content: {
    "application/toml": { schema: { type: "string" } },
    "text/plain": { schema: { type: "string" } },
    "application/json": { schema: schemaRef("Routing") },
  },
};

export const ROUTING_ROUTES: DocumentPart = {
  paths: {
    "/routing": {
      get: {
        operationId: "routing",
        summary: "The routing in force.",
        ...needs("viewer"),
        responses: { "200": json("The newest version.", "CurrentRouting"), ...problems(401, 404) },
      },
      put: {
        operationId: "putRouting",
        summary: "Pushes a new version: stored, obeyed by the gate at once, published to the edge.",
        ...needs("operator"),
        parameters: [
          queryParameter("file", "The file's name, for messages.", { type: "string" }),
          EXPECT,
          NOTE,
          queryParameter(
            "stages",
            "Begins a rollout instead: percentages of the visitors that grow and end with 100, such as `1,5,25,100`.",
            { type: "string" },
          ),
          queryParameter("every", "How long a stage holds at least: `2m` to `168h`; `10m` by default.", {
            type: "string",
            pattern: "^[0-9]{1,6}[smh]$",
          }),
          queryParameter(
            "guard",
            "A limit that aborts the rollout when it is breached, such as `generic share < 5%`; may be repeated. Without any, the default guards hold.",
            { type: "string" },
          ),
        ],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("The new version; with `stages`, the rollout.", "PushedOrStaged"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/routing/check": {
      post: {
        operationId: "checkRouting",
        summary: "Checks a file as a push would, its clusters against the index, and changes nothing.",
        ...needs("viewer"),
        parameters: [queryParameter("file", "The file's name, for messages.", { type: "string" })],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("The file is valid.", "CheckedRouting"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/routing/versions": {
      get: {
        operationId: "listRouting",
        summary: "The newest 50 versions that were pushed, newest first.",
        ...needs("viewer"),
        responses: { "200": json("The versions.", "RoutingVersions"), ...problems(401) },
      },
    },
    "/routing/file": {
      get: {
        operationId: "routingFile",
        summary: "The file of one version, as it was pushed.",
        ...needs("viewer"),
        parameters: [queryParameter("version", "Its number.", { type: "integer", minimum: 1 })],
        responses: { "200": json("The version.", "PushedFile"), ...problems(401, 404) },
      },
    },
    "/routing/hits": {
      get: {
        operationId: "routingHits",
        summary: "About how many pages each rule in force decided in the last hour and day, from the sample.",
        ...needs("viewer"),
        responses: {
          "200": {
            ...json("The rules in their order.", "RoutingHits"),
            headers: { "Cache-Control": { description: "Nothing is kept.", schema: TEXT } },
          },
          ...problems(401),
        },
      },
    },
    "/routing/basis": {
      get: {
        operationId: "dryRunBasis",
        summary: "What a dry run elsewhere compares with: the rules in force, and the cluster index.",
        ...needs("viewer"),
        responses: { "200": json("As far as there are any.", "DryRunBasis"), ...problems(401) },
      },
    },
    "/routing/try": {
      post: {
        operationId: "tryRouting",
        summary: "Replays the sample through a file and through the rules in force; nothing changes.",
        ...needs("viewer"),
        parameters: [
          queryParameter("file", "The file's name, for messages.", { type: "string" }),
          queryParameter("at", "As if all requests came at that minute.", {
            type: "string",
            format: "date-time",
          }),
        ],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("What would change.", "DryRun"),
          ...problems(400, 401, 413, 415, 503),
        },
      },
    },
    "/routing/rollback": {
      post: {
        operationId: "rollbackRouting",
        summary: "Pushes an earlier version again: the one before, or the one named.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: { required: false, content: { "application/json": { schema: schemaRef("Rollback") } } },
        responses: {
          "200": json("The new version.", "PushedRouting"),
          ...problems(400, 401, 403, 404, 409, 413, 415, 503),
        },
      },
    },
    "/routing/rollout": {
      get: {
        operationId: "rollout",
        summary: "The rollout that is on, or the one that ended last.",
        ...needs("viewer"),
        responses: { "200": json("The rollout; null before the first.", "Rollout"), ...problems(401) },
      },
    },
    "/routing/rollout/abort": {
      post: {
        operationId: "abortRollout",
        summary: "Aborts the rollout: everybody obeys the current version again, ahead of KV.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The rollout.", "Rollout"), ...problems(400, 401, 403, 409) },
      },
    },
    "/routing/rollout/promote": {
      post: {
        operationId: "promoteRollout",
        summary: "Announces the next stage, without waiting for its time and for guards that are undecided.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The rollout.", "Rollout"), ...problems(400, 401, 403, 409, 503) },
      },
    },
    "/routing/mode": {
      get: {
        operationId: "routingMode",
        summary: "The mode in force, and until when an override of it holds.",
        ...needs("viewer"),
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(401) },
      },
      put: {
        operationId: "forceMode",
        summary:
          "Forces a mode for a while, at the gate at once. It ends by itself, whatever becomes of the origin.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: body(schemaRef("ModeOverride")),
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(400, 401, 403, 413, 415, 503) },
      },
      delete: {
        operationId: "endForcedMode",
        summary: "Ends the override before its time.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(401, 403, 503) },
      },
    },
  },
  schemas: {
    Routing: jsonSchema(routingFileSchema),
    CurrentRouting: jsonSchema(currentRoutingSchema),
    DryRunBasis: jsonSchema(dryRunBasisSchema),
    DryRun: jsonSchema(dryRunSchema),
    PushedRouting: jsonSchema(pushedRoutingSchema),
    PushedOrStaged: jsonSchema(z.union([pushedRoutingSchema, rolloutAnswerSchema])),
    Rollout: jsonSchema(rolloutAnswerSchema),
    CheckedRouting: jsonSchema(checkedRoutingSchema),
    RoutingVersions: jsonSchema(routingVersionsSchema),
    RoutingHits: jsonSchema(routingHitsSchema),
    PushedFile: jsonSchema(pushedFileSchema),
    Rollback: jsonSchema(rollbackSchema),
    ModeOverride: jsonSchema(modeOverrideRequestSchema),
    RoutingMode: jsonSchema(routingModeSchema),
  },
};
