/** Writes the generated documents: `node tools/docs/write-docs.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedDocuments, REPOSITORY } from "./generated.ts";

for (const { path, text } of await generatedDocuments()) writeFileSync(join(REPOSITORY, path), text);
