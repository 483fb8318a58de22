/**
 * The steps that create what the Cloudflare account lacks. Each checks first, so a second run changes
 * nothing.
 */
import * as z from "zod/mini";
import { StepFailed } from "./step.ts";
import { complaintOf, type Wrangler } from "./wrangler.ts";

const whoamiSchema = z.object({ accounts: z.array(z.object({ id: z.string(), name: z.string() })) });
const namespacesSchema = z.array(z.object({ id: z.string(), title: z.string() }));

/** Returns the account's id. */
export async function findAccount(wrangler: Wrangler, chosen: string | undefined): Promise<string> {
  const run = await wrangler(["whoami", "--json"]);
  const hint =
    "Log in with `npx wrangler login`, or set CLOUDFLARE_API_TOKEN to a token that may edit Workers, KV and Queues.";
  if (run.code !== 0) throw new StepFailed(complaintOf(run), hint);
  const { accounts } = whoamiSchema.parse(JSON.parse(run.stdout));
  const account = chosen === undefined ? accounts[0] : accounts.find(({ id }) => id === chosen);
  if (account === undefined || (chosen === undefined && accounts.length > 1)) {
    const known = accounts.map(({ id, name }) => `${id} (${name})`).join(", ");
    throw new StepFailed(
      `there are several accounts, or not the chosen one: ${known}`,
      "Set CLOUDFLARE_ACCOUNT_ID to one of them.",
    );
  }
  console.log(`  ${account.name}, ${account.id}`);
  return account.id;
}

/** Returns the namespace's id. */
export async function ensureNamespace(
  wrangler: Wrangler,
  { title, id }: { readonly title: string; readonly id: string | undefined },
): Promise<string> {
  const find = async () => {
    const run = await wrangler(["kv", "namespace", "list"]);
    if (run.code !== 0) throw new StepFailed(complaintOf(run), "The token needs Workers KV Storage: Edit.");
    const all = namespacesSchema.parse(JSON.parse(run.stdout));
    return all.find((namespace) => (id === undefined ? namespace.title === title : namespace.id === id));
  };
  const found = await find();
  if (found !== undefined) {
    console.log(`  ${found.title} exists: ${found.id}`);
    return found.id;
  }
  if (id !== undefined) {
    throw new StepFailed(
      `the account has no namespace ${id}, which wrangler.toml binds as PAGES`,
      "Correct the id, or replace it by a name such as spillway-pages; then a namespace is created.",
    );
  }
  const created = await wrangler(["kv", "namespace", "create", title]);
  if (created.code !== 0)
    throw new StepFailed(complaintOf(created), "The token needs Workers KV Storage: Edit.");
  const namespace = await find();
  if (namespace === undefined) {
    throw new StepFailed(`${title} was created but is not listed yet`, "Wait a minute.");
  }
  console.log(`  ${title} created: ${namespace.id}`);
  return namespace.id;
}

export async function ensureQueues(wrangler: Wrangler, queues: readonly string[]): Promise<void> {
  for (const queue of queues) {
    const info = await wrangler(["queues", "info", queue]);
    if (info.code === 0) {
      console.log(`  ${queue} exists`);
      continue;
    }
    const complaint = complaintOf(info);
    const hint = "The token needs Queues: Edit, and the account needs a plan with Queues.";
    if (!complaint.includes("does not exist")) throw new StepFailed(complaint, hint);
    const created = await wrangler(["queues", "create", queue]);
    if (created.code !== 0) throw new StepFailed(complaintOf(created), hint);
    console.log(`  ${queue} created`);
  }
}
