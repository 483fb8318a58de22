/** `spillway routing rollout` shows a rollout, aborts it, and takes it to its next stage. */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { callAsOperator, withParameters } from "./admin-call.ts";
import type { OriginReply } from "./origin-call.ts";
import { printRollout } from "./rollout-report.ts";
import { report } from "./routing-report.ts";

const WATCH_EVERY_MS = 2000;

type Options = {
  readonly origin?: string;
  readonly note?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
};

export function rolloutCommand(): Command {
  const command = exitOnUsageError(new Command("rollout")).description(
    "show a rollout, abort it, or take it to its next stage; `push --stages` begins one",
  );
  withOrigin(command.command("status").description("show the rollout that is on, or the one that ended last"))
    .option("--json", "print it as JSON, one line each time", false)
    .option("--watch", "print it again whenever it changes, until it has ended", false)
    .action(async ({ origin, json, watch }: Options) => {
      const print = json === true ? printJson : printRollout;
      const show = (): Promise<OriginReply> => callAsOperator("GET", "/routing/rollout", origin);
      process.exitCode =
        watch === true ? await watching(show, print) : report(await show(), "rollout", print);
    });
  change(command, "abort", "everybody obeys the current version again: within seconds, ahead of KV");
  change(command, "promote", "announce the next stage now, without waiting for its time and for guards");
  return command;
}

function change(command: Command, name: string, description: string): void {
  withOrigin(command.command(name).description(description))
    .option("--note <text>", "why, for the audit log")
    .action(async ({ origin, note }: Options) => {
      const path = withParameters(`/routing/rollout/${name}`, { note });
      const reply = await callAsOperator("POST", path, origin);
      process.exitCode = report(reply, "rollout", printRollout);
    });
}

function withOrigin(command: Command): Command {
  return command.option("--origin <url>", "the origin's address");
}

/**
 * An origin that is away for a moment is asked again: whoever watches a rollout wants to see it come back.
 */
async function watching(show: () => Promise<OriginReply>, print: typeof printRollout): Promise<number> {
  let last = "";
  for (;;) {
    const reply = await show();
    const text = JSON.stringify(reply);
    let code = 0;
    if (text !== last) {
      if (last !== "") console.log("");
      code = report(reply, "rollout", print);
      last = text;
    }
    if (reply.kind === "refused") return code;
    if (reply.kind === "ok" && !isOn(reply.body)) return code;
    await sleep(WATCH_EVERY_MS);
  }
}

function isOn(body: unknown): boolean {
  const { rollout } = body as { readonly rollout?: { readonly end?: unknown } | null };
  return rollout != null && rollout.end === undefined;
}

function printJson(body: unknown): void {
  console.log(JSON.stringify(body));
}
