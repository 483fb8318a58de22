/** What tells how the origin does, and what it costs. */
import { jsonSchema, problems, queryParameter } from "@spillway/shared/openapi/document.ts";
import { costSchema } from "./cost-answer.ts";
import { nowStateSchema } from "./now-answer.ts";
import { healthSchema } from "./answers.ts";
import { needs, TEXT, PROOF, withHeaders, json, type DocumentPart } from "./parts.ts";

export const MONITORING_ROUTES: DocumentPart = {
  paths: {
    "/cost": {
      get: {
        operationId: "cost",
        summary:
          "What the last 24 hours used, or a UTC day before, a month of it at list prices, and what pre-provisioning for its peak would be. At most ten minutes old.",
        ...needs("viewer"),
        parameters: [
          queryParameter("day", "A UTC day that is over, in place of the last 24 hours.", {
            type: "string",
            format: "date",
          }),
        ],
        responses: {
          "200": {
            ...json("Each line says whether it is measured, computed or assumed.", "Cost"),
            headers: { "Cache-Control": { description: "Nothing is kept.", schema: TEXT } },
          },
          ...problems(400, 401),
        },
      },
    },
    "/now": {
      get: {
        operationId: "now",
        summary:
          "What happens now: demand, what is offered and admitted by the second, the rung mix, and a sentence.",
        ...needs("viewer"),
        parameters: [
          queryParameter("since", "`atMs` of an earlier answer: as little as continues that is enough.", {
            type: "string",
            pattern: "^[0-9]{1,15}$",
          }),
          queryParameter("until", "What happened until this instant instead, as far as it is kept.", {
            type: "string",
            examples: ["2026-07-10T20:15:00Z"],
          }),
        ],
        responses: {
          "200": {
            ...json(
              "The state at the end of the newest whole second, or of that before `until`.",
              "NowState",
            ),
            headers: {
              "Cache-Control": { description: "Nothing is kept.", schema: TEXT },
              "Server-Timing": {
                description: "Milliseconds until the next state; absent with `until`.",
                schema: { type: "string", pattern: "^next;dur=[0-9]+$" },
              },
            },
          },
          ...problems(400, 401, 404),
        },
      },
    },
    "/health": {
      get: {
        operationId: "health",
        summary: "What an operator or a load balancer asks first.",
        responses: withHeaders(
          {
            "200": json("The state. Under a host name that is not the origin's, `ok` alone.", "Health"),
            ...problems(401),
          },
          PROOF,
        ),
      },
    },
    "/metrics": {
      get: {
        operationId: "metrics",
        summary: "Metrics for Prometheus.",
        responses: {
          "200": {
            description: "Prometheus text.",
            content: { "text/plain": { schema: { type: "string" } } },
          },
        },
      },
    },
  },
  schemas: {
    NowState: jsonSchema(nowStateSchema),
    Cost: jsonSchema(costSchema),
    Health: jsonSchema(healthSchema),
  },
};
