/** Sessions of the console, operators' tokens, and the audit log. */
import { jsonSchema, problems, queryParameter, schemaRef } from "@spillway/shared/openapi/document.ts";
import { signInSchema } from "../http/operators/session.ts";
import { newTokenSchema, revokedTokenSchema } from "../http/operators/tokens.ts";
import { auditSchema, createdTokenSchema, signedInSchema, tokenSchema, tokensSchema } from "./answers.ts";
import { needs, NOTE, json, body, type DocumentPart } from "./parts.ts";

export const OPERATOR_ROUTES: DocumentPart = {
  paths: {
    "/console/session": {
      get: {
        operationId: "session",
        summary: "Who has signed in to the console.",
        ...needs("viewer"),
        responses: { "200": json("The operator.", "SignedIn"), ...problems(401) },
      },
      post: {
        operationId: "signIn",
        summary: "Signs in with a token: a fresh session each time, and the one before ends.",
        requestBody: body(schemaRef("SignIn")),
        responses: {
          "200": {
            ...json("The operator.", "SignedIn"),
            headers: {
              "Set-Cookie": {
                description:
                  "`__Host-spillway_console`: the session, `HttpOnly; Secure; SameSite=Strict; Path=/`. What changes something by it needs the header `Spillway-Console` and a page of this host.",
                required: true,
                schema: { type: "string", pattern: "^__Host-spillway_console=" },
              },
            },
          },
          ...problems(400, 401, 403, 413, 415, 429),
        },
      },
      delete: {
        operationId: "signOut",
        summary: "Ends the session.",
        ...needs("viewer"),
        responses: {
          "204": {
            description: "Signed out.",
            headers: {
              "Set-Cookie": {
                description: "Takes the cookie away.",
                required: true,
                schema: { type: "string", pattern: "^__Host-spillway_console=; Max-Age=0" },
              },
            },
          },
          ...problems(401, 403),
        },
      },
    },
    "/tokens": {
      get: {
        operationId: "tokens",
        summary: "The operators' tokens, the revoked ones too; never a secret.",
        ...needs("admin"),
        responses: { "200": json("All tokens, the newest first.", "Tokens"), ...problems(401, 403) },
      },
      post: {
        operationId: "createToken",
        summary: "Makes a token, and tells it this once.",
        ...needs("admin"),
        parameters: [NOTE],
        requestBody: body(schemaRef("NewToken")),
        responses: {
          "201": json("The token.", "CreatedToken"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/tokens/revoke": {
      post: {
        operationId: "revokeToken",
        summary: "Makes a token void, and ends its sessions.",
        ...needs("admin"),
        parameters: [NOTE],
        requestBody: body(schemaRef("RevokedToken")),
        responses: {
          "200": json("The token that was.", "Token"),
          ...problems(400, 401, 403, 404, 413, 415, 503),
        },
      },
    },
    "/audit": {
      get: {
        operationId: "audit",
        summary: "Who changed what, why and from where: newest first.",
        ...needs("viewer"),
        parameters: [
          queryParameter("since", "Inclusive.", { type: "string", format: "date-time" }),
          queryParameter("until", "Exclusive.", { type: "string", format: "date-time" }),
          queryParameter("kind", "An action, or the part of it before the dot.", { type: "string" }),
          queryParameter("by", "Whose token.", { type: "string" }),
          queryParameter("before", "Only entries before this `seq`: the next page.", {
            type: "integer",
            minimum: 1,
          }),
          queryParameter("limit", "Default 100.", { type: "integer", minimum: 1, maximum: 1000 }),
        ],
        responses: { "200": json("The entries.", "Audit"), ...problems(400, 401) },
      },
    },
  },
  schemas: {
    SignIn: jsonSchema(signInSchema),
    SignedIn: jsonSchema(signedInSchema),
    NewToken: jsonSchema(newTokenSchema),
    RevokedToken: jsonSchema(revokedTokenSchema),
    Token: jsonSchema(tokenSchema),
    CreatedToken: jsonSchema(createdTokenSchema),
    Tokens: jsonSchema(tokensSchema),
    Audit: jsonSchema(auditSchema),
  },
};
