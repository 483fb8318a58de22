/** model/kernels/ → the text of model/src/kernels/kernels-wasm.ts. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const COMPILER = fileURLToPath(new URL("../bin/asc.js", import.meta.resolve("assemblyscript/asc")));

const FLAGS = [
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--enable",
  "simd,relaxed-simd,threads",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory",
  "1",
  // 4 GiB, all that 32 bits address.
  "--maximumMemory",
  "65536",
];

/** `folder`: of the sources. Rejects with the compiler's own words where it refuses them. */
export async function compileKernels(folder: string): Promise<string> {
  const output = await mkdtemp(join(tmpdir(), "spillway-kernels-"));
  try {
    const binary = join(output, "kernels.wasm");
    const named = ["index.ts", "--baseDir", folder, "--outFile", binary];
    await promisify(execFile)(process.execPath, [COMPILER, ...named, ...FLAGS]);
    return moduleText(await readFile(binary, "base64"));
  } finally {
    await rm(output, { recursive: true });
  }
}

const LINE = 100;

function moduleText(base64: string): string {
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [
    "/** Generated from model/kernels/ by tools/scripts/build-kernels.ts: WebAssembly in base64. */",
    "export const KERNELS_BASE64 = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}
