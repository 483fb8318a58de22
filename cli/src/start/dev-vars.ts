/** Writes random local tokens to `.dev.vars` once. Git ignores this file, and wrangler reads it. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { REPOSITORY } from "@spillway/origin/config.ts";

const TOKENS = ["EDGE_TOKEN", "ADMIN_TOKEN"] as const;

/** Adds the tokens that are missing and keeps everything else in the file. */
export function ensureDevVars(path: string = join(REPOSITORY, ".dev.vars")): void {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const known = parseEnv(text);
  const missing = TOKENS.filter((name) => (known[name] ?? "") === "");
  if (missing.length === 0) return;
  const lines = missing.map((name) => `${name}=${randomBytes(24).toString("base64url")}\n`);
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${text}${separator}${lines.join("")}`, { mode: 0o600 });
}
