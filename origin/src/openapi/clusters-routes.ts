/** What clusters are, what they serve, and what their pages show. */
import { CLUSTER_ID, PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { jsonSchema, problems, queryParameter } from "@spillway/shared/openapi/document.ts";
import { clusterListSchema, shownClusterSchema } from "./clusters-answer.ts";
import { json, needs, TEXT, type DocumentPart } from "./parts.ts";

const CONTEXT = queryParameter("context", "Of which page the age and content are meant.", {
  type: "string",
  enum: [...PAGE_CONTEXTS],
  default: PAGE_CONTEXTS[0],
});

const headers = { "Cache-Control": { description: "Nothing is kept.", schema: TEXT } };

export const CLUSTERS_ROUTES: DocumentPart = {
  paths: {
    "/clusters": {
      get: {
        operationId: "clusters",
        summary:
          "The clusters of the newest cycle: what each is, what it served in the last hour and day, what its page adds, and how old that is.",
        ...needs("viewer"),
        parameters: [CONTEXT],
        responses: {
          "200": { ...json("The root first, parents before their children.", "Clusters"), headers },
          ...problems(400, 401),
        },
      },
    },
    "/clusters/pages": {
      get: {
        operationId: "clusterPages",
        summary:
          "One cluster: its path in the tree, and its stored page beside its parent's and the generic one.",
        ...needs("viewer"),
        parameters: [
          queryParameter("cluster", "Its id; by default everybody.", {
            type: "string",
            pattern: CLUSTER_ID.source,
          }),
          CONTEXT,
        ],
        responses: {
          "200": { ...json("Its own page first.", "ClusterPages"), headers },
          ...problems(400, 401, 404),
        },
      },
    },
  },
  schemas: {
    Clusters: jsonSchema(clusterListSchema),
    ClusterPages: jsonSchema(shownClusterSchema),
  },
};
