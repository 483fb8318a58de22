/** Writes random local secrets to `.dev.vars` once. Git ignores this file, and wrangler reads it. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createPrivateFile } from "@spillway/store/folder/private-files.ts";
import { REPOSITORY } from "@spillway/origin/config.ts";

const SECRETS = ["EDGE_TOKEN", "ADMIN_TOKEN", "USER_HASH_KEY"] as const;

/**
 * Adds the secrets that are missing and keeps everything else in the file. Where users have been hashed with
 * the edge token so far, the hashes stay what they are.
 */
export function ensureDevVars(path: string = join(REPOSITORY, ".dev.vars")): void {
  if (existsSync(path)) createPrivateFile(path);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const known = parseEnv(text);
  const missing = SECRETS.filter((name) => (known[name] ?? "") === "");
  if (missing.length === 0) return;
  const lines = missing.map((name) => {
    const earlier = name === "USER_HASH_KEY" ? (known["EDGE_TOKEN"] ?? "") : "";
    return `${name}=${earlier === "" ? randomBytes(24).toString("base64url") : quoted(earlier)}\n`;
  });
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${text}${separator}${lines.join("")}`, { mode: 0o600 });
}

/** As `parseEnv` reads it again, whichever characters an operator's own token has. */
function quoted(secret: string): string {
  if (/^[\w.~+/=-]+$/.test(secret)) return secret;
  return secret.includes("'") ? `"${secret}"` : `'${secret}'`;
}
