/** Serves the console's page and files at `/console/`, under a policy that lets nothing but them run. */
import { Hono, type Context } from "hono";
import { readConsoleFiles, toFile, type ConsoleFile, type ConsoleFiles } from "../console/console-files.ts";
import { refuseFor } from "./reply.ts";

export type ConsoleDeps = {
  /** Where the page asks an isolate while the origin is away; undefined: it asks none. */
  readonly edgeUrl: string | undefined;
};

export function consoleRoutes({ edgeUrl }: ConsoleDeps): Hono {
  // Whoever never opens a console never reads its files.
  let read: ConsoleFiles | undefined;
  const files = (): ConsoleFiles => (read ??= withEdge(readConsoleFiles(), edgeUrl));
  return new Hono()
    .get("/console", (c) => c.redirect("console/", 308))
    .get("/console/*", (c) => {
      const path = c.req.path.slice("/console/".length);
      const { files: known, importMapHash } = files();
      const file = known.get(path === "" ? "index.html" : path);
      if (file === undefined)
        return refuseFor(c, { status: 404, key: "path", reason: `${c.req.path} is unknown` });
      for (const [name, value] of Object.entries(securityHeaders(importMapHash, edgeUrl)))
        c.header(name, value);
      return send(c, file);
    });
}

function send(c: Context, { type, bytes, gzipped, etag }: ConsoleFile): Response {
  c.header("Content-Type", type);
  c.header("ETag", etag);
  // A new release is used at once, and costs an open console one answer without a body for each file.
  c.header("Cache-Control", "no-cache");
  c.header("Vary", "Accept-Encoding");
  if (c.req.header("if-none-match")?.includes(etag) === true) return c.body(null, 304);
  if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(bytes);
  c.header("Content-Encoding", "gzip");
  return c.body(gzipped);
}

/** https://www.w3.org/TR/CSP3/ and https://www.w3.org/TR/trusted-types/: no markup is ever made of text. */
function securityHeaders(importMapHash: string, edgeUrl: string | undefined): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": `'self' ${importMapHash}`,
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": ["'self'", ...(edgeUrl === undefined ? [] : [new URL(edgeUrl).origin])].join(" "),
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
  };
  return {
    "Content-Security-Policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  };
}

/** Tells the page where the edge is. */
function withEdge(read: ConsoleFiles, edgeUrl: string | undefined): ConsoleFiles {
  const page = read.files.get("index.html");
  if (page === undefined || edgeUrl === undefined) return read;
  const text = page.bytes
    .toString("utf8")
    .replace('name="edge" content=""', `name="edge" content="${edgeUrl}"`);
  return {
    ...read,
    files: new Map([...read.files, ["index.html", toFile("index.html", Buffer.from(text))]]),
  };
}
