import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileKernels } from "./compile-kernels.ts";

const MODEL = fileURLToPath(new URL("../../../model/", import.meta.url));

test("the kernels that are checked in are what their sources compile to", async () => {
  const checkedIn = await readFile(`${MODEL}src/kernels/kernels-wasm.ts`, "utf8");
  expect(await compileKernels(`${MODEL}kernels`)).toBe(checkedIn);
});
