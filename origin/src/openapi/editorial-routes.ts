/** What editors and the catalogue's keepers call. */
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { jsonSchema, problems, queryParameter, schemaRef } from "@spillway/shared/openapi/document.ts";
import { patchSchema } from "../http/catalogue.ts";
import { cancelledDraftSchema, newDraftSchema } from "../http/editorial-drafts.ts";
import { previewSchema } from "../http/editorial-preview.ts";
import {
  addedDraftSchema,
  catalogueChangeSchema,
  checkedPinsSchema,
  draftSchema,
  draftsSchema,
  pinReportSchema,
  previewAnswerSchema,
} from "./answers.ts";
import { needs, NOTE, EXPECT, json, body, type DocumentPart } from "./parts.ts";

export const EDITORIAL_ROUTES: DocumentPart = {
  paths: {
    "/editorial/pins": {
      get: {
        operationId: "pins",
        summary: "The editors' pins, which of them are active now, and what is wrong with them.",
        ...needs("viewer"),
        parameters: [
          queryParameter("reach", "With how many requests each pin is for, estimated from the sample.", {
            type: "string",
          }),
        ],
        responses: { "200": json("All pins.", "PinReport"), ...problems(401) },
      },
      put: {
        operationId: "putPins",
        summary: "Replaces all pins.",
        ...needs("editor"),
        parameters: [EXPECT, NOTE],
        requestBody: body(schemaRef("Pins"), "text/plain"),
        responses: { "200": json("All pins.", "PinReport"), ...problems(400, 401, 403, 409, 413, 415, 503) },
      },
    },
    "/editorial/pins/check": {
      post: {
        operationId: "checkPins",
        summary: "Checks pins as a put would, says what would be other than now, and changes nothing.",
        ...needs("viewer"),
        requestBody: body(schemaRef("Pins"), "text/plain"),
        responses: {
          "200": json("Conflicts, difference and reach.", "CheckedPins"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/editorial/preview": {
      post: {
        operationId: "previewPins",
        summary: "What an audience would see with these pins, or those in force, at a time.",
        ...needs("viewer"),
        requestBody: body(schemaRef("PreviewOf"), "text/plain"),
        responses: {
          "200": json("The page, and why each pin is on it or not.", "Preview"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/editorial/drafts": {
      get: {
        operationId: "drafts",
        summary: "Pins that are to replace the set at a time: those that wait, then the newest others.",
        ...needs("viewer"),
        responses: { "200": json("The drafts.", "Drafts"), ...problems(401) },
      },
      post: {
        operationId: "addDraft",
        summary: "Pins for later: the origin publishes them at their start.",
        ...needs("editor"),
        parameters: [NOTE],
        requestBody: body(schemaRef("NewDraft"), "text/plain"),
        responses: {
          "201": json("The draft, and what will be wrong at its start.", "AddedDraft"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/editorial/drafts/cancel": {
      post: {
        operationId: "cancelDraft",
        summary: "A draft is not published.",
        ...needs("editor"),
        parameters: [NOTE],
        requestBody: body(schemaRef("CancelledDraft"), "text/plain"),
        responses: {
          "200": json("The draft.", "Draft"),
          ...problems(400, 401, 403, 404, 409, 413, 415, 503),
        },
      },
    },
    "/catalogue": {
      patch: {
        operationId: "patchCatalogue",
        summary: "New items, changed ones, takedowns: all or nothing.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: body(schemaRef("CataloguePatch"), "text/plain"),
        responses: {
          "200": json("How many items changed.", "CatalogueChange"),
          ...problems(400, 401, 403, 413, 415, 503),
        },
      },
    },
  },
  schemas: {
    Pins: jsonSchema(pinsSchema),
    PinReport: jsonSchema(pinReportSchema),
    CheckedPins: jsonSchema(checkedPinsSchema),
    PreviewOf: jsonSchema(previewSchema),
    Preview: jsonSchema(previewAnswerSchema),
    NewDraft: jsonSchema(newDraftSchema),
    CancelledDraft: jsonSchema(cancelledDraftSchema),
    Draft: jsonSchema(draftSchema),
    AddedDraft: jsonSchema(addedDraftSchema),
    Drafts: jsonSchema(draftsSchema),
    CataloguePatch: jsonSchema(patchSchema),
    CatalogueChange: jsonSchema(catalogueChangeSchema),
  },
};
