/**
 * A spike of the demo on real processes: the wall, the origin killed in it and back, and nothing left behind.
 */
import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { eventually, type Spillway } from "@spillway/cli/test/start-spillway.ts";

type DemoState = { readonly available: boolean; readonly origin: string; readonly sentence: string };

export function describeSpike(spillway: () => Spillway): void {
  const demo = async (): Promise<DemoState> =>
    (await (await fetch(`${spillway().edgeUrl}/demo`)).json()) as DemoState;
  const press = (action: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${spillway().edgeUrl}/demo/${action}`, { method: "POST", headers });

  describe("a spike of the demo", () => {
    test("no other site's page may kick it off, nor kill the origin", async () => {
      for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, {}]) {
        expect((await press("kick-off", headers as Record<string, string>)).status).toBe(403);
        expect((await press("kill-origin", headers as Record<string, string>)).status).toBe(403);
      }
      // A name of somebody else's that resolves to this machine.
      expect(await statusUnderName(`${spillway().edgeUrl}/demo`, "evil.example")).toBe(404);
      expect(await demo()).toMatchObject({ available: true, origin: "up" });
    });

    test("everybody gets a page while the origin is dead, and then it is back", async () => {
      const spike = ["spike", "--to", "20T", "--for", "9s", "--kill-origin-at", "4s", "--json"];
      const ran = spillway().command(...spike);
      await eventually(20_000, demo, ({ origin }) => origin === "dead");
      expect((await demo()).sentence).toMatch(/^The origin is dead\./);
      const { code, stdout } = await ran;
      const figures = JSON.parse(stdout) as {
        failed: number;
        notSent: number;
        byRung: Record<string, number>;
      };
      expect(figures.failed).toBe(0);
      expect(code).toBe(0);
      const { individual = 0, tailored = 0, cluster = 0, generic = 0, builtin = 0 } = figures.byRung;
      expect(individual).toBeGreaterThan(0);
      expect(tailored + cluster).toBeGreaterThan(individual);
      expect(generic + builtin).toBeLessThan(0.2 * (tailored + cluster));
      expect(await demo()).toMatchObject({ origin: "up" });
      const mode = await spillway().admin("GET", "/routing/mode", undefined);
      expect(await mode.json()).not.toHaveProperty("thresholdPerSec");
    }, 120_000);
  });
}

/** `fetch` sends no other `Host` than the address's. */
function statusUnderName(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once("error", reject);
  });
}
