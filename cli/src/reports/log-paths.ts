/** Files that `--log` names: paths, patterns that the shell left alone, and standard input. */
import { existsSync, globSync, realpathSync, statSync } from "node:fs";
import { STDIN } from "@spillway/kit/tabular/source.ts";

const MAGIC = /[*?[\]{}]/;

/**
 * Returns each file once; those of a pattern are sorted by name. Throws a RangeError that names what is not
 * there, is a folder, or is given twice.
 */
export function logPaths(named: readonly string[]): string[] {
  const paths: string[] = [];
  const seen = new Set<string>();
  for (const path of named) {
    if (path === STDIN) {
      if (paths.includes(STDIN)) throw new RangeError("--log -: standard input is given twice");
      paths.push(STDIN);
    } else if (existsSync(path)) {
      if (statSync(path).isDirectory())
        throw new RangeError(`--log ${path}: is a folder; '${path.replace(/\/+$/, "")}/*' are its files`);
      const real = realpathSync(path);
      if (seen.has(real)) {
        throw new RangeError(`--log ${path}: the file is given twice, and its calls would count twice`);
      }
      seen.add(real);
      paths.push(path);
    } else paths.push(...matching(path, seen));
  }
  return paths;
}

/** Files that another pattern has named already are left out. */
function matching(pattern: string, seen: Set<string>): string[] {
  const files = MAGIC.test(pattern)
    ? globSync(pattern)
        .toSorted()
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    : [];
  if (files.length === 0) {
    throw new RangeError(
      `--log ${pattern}: there is no such file${MAGIC.test(pattern) ? ", and none that the pattern matches" : ""}`,
    );
  }
  return files.filter((path) => {
    const real = realpathSync(path);
    const isNew = !seen.has(real);
    seen.add(real);
    return isNew;
  });
}
