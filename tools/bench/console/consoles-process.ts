/**
 * Open consoles, as far as an origin can tell them from real ones: each follows `GET /now` as
 * `origin/public/console/live.js` does, on a connection of its own, while its parent lets it.
 */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AskedOfConsoles, ConsolesAsked } from "./open-consoles.ts";

type Answer = { readonly status: number; readonly timing: string; readonly body: string };

let isOpen = false;
let asked = 0;
let url = "";
let cookie = "";

process.on("message", (message: AskedOfConsoles) => {
  if (message.kind === "begin") {
    [url, cookie] = [message.url, message.cookie];
    for (let at = 0; at < message.consoles; at += 1) void follow((1000 * at) / message.consoles);
  } else {
    isOpen = message.isOpen;
    process.send?.({ asked } satisfies ConsolesAsked);
    asked = 0;
  }
});
process.on("disconnect", () => process.exit());

/** Nobody opens twenty pages at the same millisecond, and so each begins at a moment of its own. */
async function follow(afterMs: number): Promise<never> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const partialMs = 30 + 270 * Math.random();
  await sleep(afterMs);
  let since = "";
  for (;;) {
    if (!isOpen) {
      await sleep(20);
      continue;
    }
    const { status, timing, body } = await ask(agent, `/now${since}`);
    if (status !== 200) throw new Error(`GET /now answered ${status}`);
    asked += 1;
    since = `?since=${/"atMs":(\d+)/.exec(body)?.[1] ?? ""}`;
    const next = Number(/next;dur=(\d+)/.exec(timing)?.[1] ?? 1000);
    await sleep(Math.min(1000, next) + partialMs);
  }
}

function ask(agent: Agent, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, "Spillway-Console": "1", "accept-encoding": "gzip" };
    const sent = get(url + path, { agent, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (body += text));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          timing: String(response.headers["server-timing"] ?? ""),
          body,
        }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
  });
}
