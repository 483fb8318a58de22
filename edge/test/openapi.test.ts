import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { EDGE_DOCUMENT } from "../src/openapi/document.ts";

test("edge/public/openapi.json is the document of the code (vitest run -u writes it)", async () => {
  await expect(`${JSON.stringify(EDGE_DOCUMENT, undefined, 1)}\n`).toMatchFileSnapshot(
    "../public/openapi.json",
  );
});

test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(EDGE_DOCUMENT))).toMatchObject({ valid: true });
  expect(validator.version).toBe("3.1");
});
