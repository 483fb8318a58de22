/** Reads the environment once and checks it as a whole. The error lists every bad variable. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type * as z from "zod/mini";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";

/** The folder of the checkout. */
export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

export type Environment = Readonly<Record<string, string | undefined>>;

/** Its message lists every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const lines = issues.map(({ key, reason }) => `${key}: ${reason}`);
    super(`The configuration is not valid:${lines.length === 1 ? " " : "\n  "}${lines.join("\n  ")}`);
    this.issues = issues;
  }
}

/**
 * Returns the environment of the process. Secrets that are missing there are read from `.dev.vars` in the
 * checkout.
 */
export function readEnvironment(devVarsPath: string = join(REPOSITORY, ".dev.vars")): Environment {
  const [local, given] = [readDevVars(devVarsPath), withoutEmpty(process.env)];
  // The file's key for hashes and its previous token belong to the file's own token, and go with no other.
  const isOther = given["EDGE_TOKEN"] !== undefined && given["EDGE_TOKEN"] !== local["EDGE_TOKEN"];
  const secrets = Object.entries(local).filter(
    ([name]) =>
      (name.includes("TOKEN") || name === "USER_HASH_KEY") &&
      !(isOther && ["EDGE_TOKEN_PREVIOUS", "USER_HASH_KEY"].includes(name)),
  );
  return { ...Object.fromEntries(secrets), ...given };
}

function readDevVars(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    // Without the file, the environment must have the tokens; a missing one is reported later.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    const reason = `cannot be read: ${reasonOf(error)}`;
    throw new ConfigError([{ key: path, reason }]);
  }
}

/** Throws {@link ConfigError}. */
export function parse<Schema extends z.ZodMiniType>(
  fields: Schema,
  environment: Environment,
): z.output<Schema> {
  const parsed = fields.safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new ConfigError(toIssues(parsed.error));
  return parsed.data;
}

/** `NAME=` in a shell or a compose file means that NAME is not set. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
}
