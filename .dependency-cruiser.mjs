/**
 * The one graph of who may import whom: `pnpm graph`. docs/architecture.md draws it; a new arrow is a
 * decision, so it is added here and explained there.
 */

const PACKAGES = "shared|model|store|edge|origin|analytics|cli|demo|kit|simulation|examples|tools/[^/]+";

/** Tests may use fixtures, and may compare what two packages do. */
const TEST = "([.]test[.]ts$|(^|/)test/)";

/** What a package's build runs under Node: it may use the kit, as tools do. */
const BUILD = "^edge/build/";

/** Packages of ours that `from` may import besides itself. Whatever is not named here is forbidden. */
function onlyImports(from, allowed) {
  const others = PACKAGES.split("|").filter((name) => name !== from && !allowed.includes(name));
  return {
    name: `${from}-imports-${allowed.length === 0 ? "nothing-of-ours" : `only-${allowed.join("-")}`}`,
    severity: "error",
    from: { path: `^${from}/`, pathNot: [TEST, BUILD] },
    to: { path: `^(${others.join("|")})/` },
  };
}

function never(name, comment, from, to) {
  return { name, comment, severity: "error", from, to };
}

export default {
  forbidden: [
    never("no-circle", "Two files that import each other are one file, or three.", {}, { circular: true }),
    never(
      "by-name",
      "Another package is imported by its name, through its exports.",
      { path: `^(${PACKAGES})/` },
      { path: `^(${PACKAGES})/`, pathNot: "^$1/", dependencyTypes: ["local"] },
    ),
    never(
      "resolvable",
      "Every import leads to a file or an installed package.",
      {},
      { couldNotResolve: true, pathNot: "^cloudflare:|^[.]/index[.]js$" },
    ),
    onlyImports("shared", []),
    onlyImports("kit", []),
    onlyImports("model", ["shared"]),
    onlyImports("edge", ["shared", "model"]),
    onlyImports("store", ["shared", "model"]),
    onlyImports("simulation", ["shared", "kit"]),
    onlyImports("origin", ["shared", "model", "store", "simulation", "analytics", "kit"]),
    onlyImports("analytics", ["shared", "kit"]),
    onlyImports("demo", ["shared", "model", "store"]),
    onlyImports("cli", ["shared", "model", "store", "origin", "analytics", "demo", "simulation", "kit"]),
    never(
      "nothing-imports-tools",
      "Tools are entry points: what two of them need belongs into kit or into the package that owns it. tools/docs lists all programs.",
      { path: `^(${PACKAGES})/`, pathNot: "^tools/docs/" },
      { path: "^tools/", pathNot: "^$1/" },
    ),
    never(
      "fixtures-are-for-tests",
      "What ships knows nothing of tests.",
      { pathNot: `${TEST}|^(tools|examples)/` },
      { path: TEST },
    ),
    never(
      "shared-is-pure",
      "Edge and origin both run it: no I/O, no framework.",
      { path: "^shared/src/", pathNot: TEST },
      {
        path: "^(hono|better-sqlite3|drizzle-orm)|/node_modules/(hono|better-sqlite3|drizzle-orm)/",
        dependencyTypesNot: ["local"],
      },
    ),
    never(
      "edge-parses-no-rules",
      "Expressions and their vocabularies are for whoever writes files: KV carries trees.",
      { path: "^edge/src/", pathNot: TEST },
      { path: "^shared/src/routing/(file/|parse-routing|nearest-name)", reachable: true },
    ),
    never(
      "shared-without-node",
      "It also runs in workerd.",
      { path: "^shared/src/", pathNot: TEST },
      { dependencyTypes: ["core"] },
    ),
    never(
      "model-without-node",
      "The recommender also runs in workerd; only workers/ may know that there are threads.",
      { path: "^model/src/", pathNot: `${TEST}|^model/src/workers/` },
      { dependencyTypes: ["core"] },
    ),
    never(
      "edge-without-node",
      "The worker runs without Node.",
      { path: "^edge/src/", pathNot: TEST },
      { dependencyTypes: ["core"] },
    ),
    never(
      "serving-knows-no-pipeline",
      "Serving and pipeline meet only in stored state.",
      { path: "^origin/src/(serving|http)/", pathNot: TEST },
      { path: "^origin/src/pipeline/" },
    ),
    never(
      "pipeline-knows-no-serving",
      "Serving and pipeline meet only in stored state.",
      { path: "^origin/src/pipeline/", pathNot: TEST },
      { path: "^origin/src/(serving|http)/" },
    ),
  ],
  options: {
    parser: "tsc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "node_modules|^edge/public/spillway[.]d[.]ts$" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs"],
    },
  },
};
