/** Both generated modules, from a folder that holds the published lists. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileGa4 } from "./compile-ga4.ts";
import { compileMatomo } from "./compile-matomo.ts";

export type CompiledFile = {
  readonly target: URL;
  readonly text: string;
  /** What was compiled, in numbers. */
  readonly summary: string;
};

export function compileReferrers(dir: string): readonly CompiledFile[] {
  const read = (name: string): string => readFileSync(join(dir, name), "utf8");
  const matomo = compileMatomo(read);
  const ga4 = compileGa4(read("ga4-source-categories.csv"), matomo.hosts);
  return [
    { target: signalsFile("referrer-hosts.ts"), ...matomo },
    { target: signalsFile("ga4-sources.ts"), ...ga4 },
  ];
}

function signalsFile(name: string): URL {
  return new URL(`../../../shared/src/signals/${name}`, import.meta.url);
}
