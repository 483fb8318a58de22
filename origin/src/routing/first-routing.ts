/** Finds the routing with which the origin starts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { ConfigError, REPOSITORY } from "../config.ts";

/**
 * Returns the newest version, or on the first start the one in edge/routing.toml. Throws when that file is
 * not valid.
 */
export async function firstRouting(
  documents: OperatorStore["routing"],
  nowMs: number,
): Promise<PublishedRouting> {
  const known = await documents.current();
  if (known !== undefined) return { version: known.version, routing: known.value.routing };
  const source = readFileSync(join(REPOSITORY, "edge/routing.toml"), "utf8");
  const parsed = parseRoutingText(source, "toml");
  if (!parsed.ok) {
    throw new ConfigError(
      parsed.issues.map(({ key, reason }) => ({ key: `edge/routing.toml: ${key}`, reason })),
    );
  }
  const note = "the file of the first start";
  const { routing } = parsed;
  const put = await documents.put({ value: { routing, source }, note, nowMs, expectedVersion: 0 });
  // Somebody else has pushed one meanwhile.
  return put.kind === "stored" ? { version: put.version, routing } : firstRouting(documents, nowMs);
}
