/**
 * The files of the console, ready to be sent: its own modules as they are, the libraries' from their
 * packages, and the modules that it shares with the origin with their types stripped. Nothing is built.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { findPackageJSON, stripTypeScriptTypes } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export type ConsoleFile = {
  readonly type: string;
  readonly bytes: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer>;
  readonly etag: string;
};

export type ConsoleFiles = {
  /** By their paths below `/console/`; `index.html` is the page itself. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
  /** Hash of the page's import map for its Content-Security-Policy, such as `'sha256-…'`. */
  readonly importMapHash: string;
};

const OWN = fileURLToPath(new URL("../../public/console", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** What modules of the console import by name, and the file of the package that it is. */
const LIBRARIES: Readonly<Record<string, string>> = {
  preact: "preact/dist/preact.mjs",
  "preact/hooks": "preact/hooks/dist/hooks.mjs",
  "@preact/signals": "@preact/signals/dist/signals.module.js",
  "@preact/signals-core": "@preact/signals-core/dist/signals-core.module.js",
  htm: "htm/dist/htm.module.js",
  "htm/preact": "htm/preact/index.module.js",
};

/** Of these the page uses the minified script, which is half as large as the module, and the style sheet. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "vendor/uplot.js": "uplot/dist/uPlot.iife.min.js",
  "vendor/uplot.css": "uplot/dist/uPlot.min.css",
};

const PACKAGES = ["preact", "@preact/signals", "@preact/signals-core", "htm", "uplot"] as const;

/** Modules of ours, of which each imports nothing but types, and others of these in its own folder. */
const SHARED = [
  "@spillway/shared/protocol/counted.ts",
  "@spillway/shared/protocol/now-sentence.ts",
  "@spillway/shared/clusters/listed-clusters.ts",
  "@spillway/shared/clusters/compared-pages.ts",
  "@spillway/simulation/rehearsal/command.ts",
] as const;

const STATIC_IMPORT = /(?:^|;)(?:import|export)\b[^"';()]*?(?:\bfrom\s*)?"([^"]+)"/gm;
const IMPORT_MAP = /<script type="importmap"><\/script>/;

/** Throws where a package or a file is missing. It takes some tens of milliseconds, once. */
export function readConsoleFiles(): ConsoleFiles {
  const texts = new Map<string, string | Buffer<ArrayBuffer>>();
  for (const path of ownPaths()) texts.set(path, readFileSync(join(OWN, path)));
  const imports: Record<string, string> = {};
  for (const [name, path] of Object.entries(LIBRARIES)) {
    imports[name] = `./vendor/${name}.js`;
    // The address of a source map would be one more request, to nothing.
    texts.set(`vendor/${name}.js`, withoutSourceMap(readFileSync(inPackage(path), "utf8")));
  }
  for (const [name, path] of Object.entries(SCRIPTS)) texts.set(name, readFileSync(inPackage(path), "utf8"));
  for (const name of SHARED) {
    imports[name] = `./shared/${name.replace(/^.*\//, "").replace(/ts$/, "js")}`;
    const source = readFileSync(fileURLToPath(import.meta.resolve(name)), "utf8");
    texts.set(imports[name].slice(2), withoutTypes(source));
  }
  texts.set("vendor/licences.txt", licences());
  const importMap = JSON.stringify({ imports });
  const page = String(texts.get("index.html"));
  if (!IMPORT_MAP.test(page)) throw new Error("the console's page has no place for its import map");
  const preloads = firstModules(texts, imports).map((path) => `<link rel="modulepreload" href="${path}" />`);
  const head = [`<script type="importmap">${importMap}</script>`, ...preloads].join("\n    ");
  texts.set("index.html", page.replace(IMPORT_MAP, head));
  return {
    files: new Map([...texts].map(([path, text]) => [path, toFile(path, Buffer.from(text))])),
    importMapHash: `'sha256-${createHash("sha256").update(importMap).digest("base64")}'`,
  };
}

/**
 * What the first screen imports, for the browser to ask for all of it at once, and not for one after the
 * other as it meets them. What is imported when it is needed stays out.
 */
function firstModules(
  texts: ReadonlyMap<string, string | Buffer>,
  imports: Readonly<Record<string, string>>,
): readonly string[] {
  const found = new Set(["main.js"]);
  for (const path of found) {
    for (const [, name = ""] of String(texts.get(path)).matchAll(STATIC_IMPORT)) {
      const mapped = imports[name];
      const target = mapped ?? (name.startsWith(".") ? join(dirname(path), name) : undefined);
      if (target !== undefined) found.add(target.replaceAll("\\", "/").replace(/^\.\//, ""));
    }
  }
  return [...found].filter((path) => texts.has(path));
}

/** As Node strips the origin's own modules. Of this function it warns on stderr, which is our log's. */
function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source).replace(/(?<=from "\.\/[\w-]+)\.ts(?=")/g, ".js");
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Types and tests of the modules are for us alone. */
function ownPaths(): string[] {
  return readdirSync(OWN, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => TYPES[extname(path)] !== undefined);
}

export function toFile(path: string, bytes: Buffer<ArrayBuffer>): ConsoleFile {
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { type, bytes, gzipped: gzipSync(bytes, { level: 9 }), etag: `"${digest}"` };
}

/** A package's folder, since its exports need not name the file. */
function folderOf(name: string): string {
  // It is installed for the package that imports it.
  const from = name === "@preact/signals-core" ? folderOf("@preact/signals") : import.meta.dirname;
  const manifest = findPackageJSON(name, join(from, "package.json"));
  if (manifest === undefined) throw new Error(`the package ${name} is not installed`);
  // A package finds its own dependencies from where it really stands.
  return realpathSync(dirname(manifest));
}

function inPackage(path: string): string {
  const [scope = "", second = ""] = path.split("/");
  const name = scope.startsWith("@") ? `${scope}/${second}` : scope;
  return join(folderOf(name), path.slice(name.length + 1));
}

function withoutSourceMap(text: string): string {
  return text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
}

/** Who copies the libraries has to pass their licences on. */
function licences(): string {
  return PACKAGES.map((name) => {
    const path = join(folderOf(name), "LICENSE");
    if (!existsSync(path)) throw new Error(`${name} has no LICENSE`);
    return `${name}\n${"=".repeat(name.length)}\n\n${readFileSync(path, "utf8").trim()}\n`;
  }).join("\n\n");
}
