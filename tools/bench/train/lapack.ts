/** The baseline of `bench train`: LAPACK through Debian's OpenBLAS, where it is installed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("lapack.py", import.meta.url));
const NO_OPENBLAS = 3;

export type Inversion = { readonly s: number; readonly cpuS: number; readonly first: number };

/** `values`: the whole matrix, row by row. Each call inverts it anew, or says why LAPACK cannot be had. */
export function createLapack(
  folder: string,
  values: Float64Array,
  size: number,
  threads: number,
): () => Promise<Inversion | { readonly skipped: string }> {
  const file = join(folder, "matrix.f64");
  writeFileSync(file, values);
  const env = { ...process.env, OPENBLAS_NUM_THREADS: `${threads}` };
  return async () => {
    try {
      const { stdout } = await promisify(execFile)("python3", [SCRIPT, file, `${size}`], { env });
      const [s = 0, cpuS = 0, first = 0] = stdout.trim().split(" ").map(Number);
      return { s, cpuS, first };
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === "ENOENT") return { skipped: "there is no python3 to call LAPACK with" };
      if (code === NO_OPENBLAS)
        return { skipped: "OpenBLAS is not installed (Debian: libopenblas0-pthread)" };
      throw error;
    }
  };
}
