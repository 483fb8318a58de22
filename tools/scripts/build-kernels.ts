/** Compiles model/kernels/ into model/src/kernels/kernels-wasm.ts: `node tools/scripts/build-kernels.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileKernels } from "./kernels/compile-kernels.ts";

const MODEL = fileURLToPath(new URL("../../model/", import.meta.url));

const text = await compileKernels(`${MODEL}kernels`);
writeFileSync(`${MODEL}src/kernels/kernels-wasm.ts`, text);
console.log(`model/src/kernels/kernels-wasm.ts: ${text.length} characters`);
