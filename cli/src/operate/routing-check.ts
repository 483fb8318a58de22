/**
 * `spillway routing check`: everything that is wrong with a file, with its place; exit code 1 if anything is.
 */
import { ConfigError } from "@spillway/origin/config.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { parseRoutingText, withPlaces, type RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";
import { clustersOfRules } from "@spillway/shared/routing/routing.ts";
import { misspeltOutcomes } from "@spillway/shared/routing/file/unknown-clusters.ts";
import type { OriginReply } from "./origin-call.ts";
import type { RoutingFile } from "./routing-file.ts";
import { EXIT_REFUSED } from "./admin-call.ts";
import { printIssues, printJson, printWarnings, report } from "./routing-report.ts";

export type CheckCall = (path: string, body: { text: string; mediaType: string }) => Promise<OriginReply>;

type Checked = {
  readonly issues: readonly RoutingIssue[];
  readonly warnings: readonly string[];
  /** Clusters that only an origin knows, and why it could not be asked. */
  readonly unchecked?: { readonly clusters: readonly string[]; readonly why: string };
};

/** `needsOrigin`: whoever names an origin wants it to check. Returns the exit code. */
export async function checkRouting(
  file: RoutingFile,
  call: CheckCall,
  { needsOrigin, json }: { readonly needsOrigin: boolean; readonly json: boolean },
): Promise<number> {
  const checked = await checkFile(file, call, needsOrigin);
  if ("kind" in checked) return report(checked, file.path, () => undefined);
  if (json) printJson({ file: file.path, valid: checked.issues.length === 0, ...checked });
  else printChecked(file, checked);
  return checked.issues.length === 0 ? 0 : EXIT_REFUSED;
}

async function checkFile(
  file: RoutingFile,
  call: CheckCall,
  needsOrigin: boolean,
): Promise<Checked | OriginReply> {
  const parsed = parseRoutingText(file.text, file.format);
  const clusters = parsed.ok
    ? [...new Set(clustersOfRules(parsed.routing).map(({ cluster }) => cluster))]
    : [];
  if (parsed.ok && clusters.length === 0) return { issues: [], warnings: [] };
  const reply = await ask(file, call, needsOrigin);
  // It knows the same errors, and clusters besides.
  if (reply.kind === "refused" && reply.issues.length > 0) return { issues: reply.issues, warnings: [] };
  if (!parsed.ok) return { issues: parsed.issues, warnings: [] };
  if (reply.kind === "ok") return { issues: [], warnings: warningsIn(reply.body) };
  if (needsOrigin) return reply;
  const why =
    reply.kind === "unreachable"
      ? `the origin at ${reply.origin} cannot be reached: ${reply.reason}`
      : reply.message;
  const issues = withPlaces(misspeltOutcomes(parsed.routing), file.text, file.format);
  return { issues, warnings: [], unchecked: { clusters, why } };
}

async function ask(
  { path, text, format }: RoutingFile,
  call: CheckCall,
  needsOrigin: boolean,
): Promise<OriginReply> {
  try {
    const body = { text, mediaType: `application/${format}` };
    return await call(`/routing/check?file=${encodeURIComponent(path)}`, body);
  } catch (error) {
    if (!(error instanceof ConfigError) || needsOrigin) throw error;
    return { kind: "refused", status: 0, message: reasonOf(error).replaceAll("\n", "; "), issues: [] };
  }
}

function warningsIn(body: unknown): readonly string[] {
  return (body as { readonly warnings?: readonly string[] }).warnings ?? [];
}

function printChecked({ path, text }: RoutingFile, { issues, warnings, unchecked }: Checked): void {
  printIssues(path, issues, text);
  printWarnings({ warnings });
  if (issues.length > 0) return;
  if (unchecked === undefined) {
    console.log(`${path} is valid.`);
    return;
  }
  console.log(
    `${path} is valid as far as it can be checked here. Not checked, since only an origin knows its clusters: ` +
      `${unchecked.clusters.join(", ")} (${unchecked.why}).`,
  );
}
