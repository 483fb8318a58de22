/** Each example as its README runs it, against one running Spillway. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { run as runToEnd, type Ran } from "@spillway/kit/processes/run.ts";
import { untilReady } from "@spillway/kit/processes/until-ready.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launchBrowser } from "@spillway/kit/processes/browser.ts";
import { itemIds, metric, see } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { chooseCluster } from "./gateway/choose-cluster.ts";
import { readServed } from "./television/served.ts";

const NGINX = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((path) => existsSync(path));
const PATIENCE_MS = 15_000;

const folder = mkdtempSync(join(tmpdir(), "spillway-examples-"));
let spillway: Spillway;
let webPort: number;
/** What a test has started and did not stop itself. */
let running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  webPort = await freePort();
  // Few clusters: the examples need them to differ, not to be many.
  spillway = await startSpillway({
    ALLOWED_ORIGINS: `http://127.0.0.1:${webPort}`,
    MAX_CLUSTERS: "120",
  });
}, 100_000);

afterEach(async () => {
  await Promise.all(running.map((stop) => stop()));
  running = [];
});

afterAll(async () => {
  await spillway?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

function example(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Runs until it ends. */
function run(script: string, ...args: readonly string[]): Promise<Ran> {
  return runToEnd({ args: [example(script), ...args] });
}

/** Runs until the test ends; resolves when `url` answers. */
async function serve(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  url: string,
): Promise<void> {
  const child = startProcess({ command, args, environment });
  running.push(child.stop);
  const answers = async (): Promise<boolean> => (await fetch(url)).ok;
  await untilReady(command, child, answers, { withinMs: PATIENCE_MS });
}

describe("another gateway", () => {
  test("picks the most specific cluster, and gets its stored page without inference", async () => {
    const clustersFile = join(folder, "clusters.json");
    const { stdout } = await spillway.command("clusters", "--all", "--json");
    writeFileSync(clustersFile, stdout);
    const port = await freePort();
    const home = `http://127.0.0.1:${port}/home`;
    const scored = await metric(spillway.originUrl, "spillway_inference_total");
    await serve(
      process.execPath,
      [example("gateway/gateway.ts")],
      { PORT: String(port), ORIGIN_URL: spillway.originUrl, CLUSTERS_FILE: clustersFile },
      home,
    );
    const fan = await see(`${home}?team=ESP&utm_medium=cpc`);
    expect(fan).toMatchObject({ status: 200, servedAs: "cluster", served: { reason: "requested" } });
    expect(fan.served["cluster"]).toMatch(/^esp\./);
    expect(fan.page.cluster).toBe(fan.served["cluster"]);
    const other = await see(`${home}?team=BEL`);
    expect(other.served["cluster"]).toMatch(/^bel\./);
    expect(itemIds(other)).not.toEqual(itemIds(fan));
    expect(await metric(spillway.originUrl, "spillway_inference_total")).toBe(scored);
  });

  test.skipIf(NGINX === undefined)("nginx does so with a map and a cache", async () => {
    const port = await freePort();
    // nginx started by root works as another user, who has to reach its cache.
    chmodSync(folder, 0o755);
    const config = join(folder, "nginx.conf");
    const text = readFileSync(example("gateway/nginx.conf"), "utf8")
      .replace("127.0.0.1:8080", `127.0.0.1:${port}`)
      .replace("http://127.0.0.1:8788", spillway.originUrl);
    writeFileSync(config, text);
    const home = `http://127.0.0.1:${port}/home`;
    await serve(NGINX ?? "", ["-p", folder, "-c", config], {}, home);
    const forged = await see(`${home}?team=ESP&cluster=generic`, {
      "signature-input": 'edge=("@method");tag="spillway-edge"',
      signature: "edge=:AAAA:",
    });
    expect(forged).toMatchObject({
      status: 200,
      served: { reason: "requested", cluster: "esp.no-affinity" },
    });
  });
});

test("a television without cookies is known by its parameters, and what it watches comes back", async () => {
  const watch = "hub-esp";
  const args = ["--edge", spillway.edgeUrl, "--user", "examples-tv"];
  const first = await run("television/television.ts", ...args, "--watch", watch);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toMatch(/^Individual page \(admitted\)\.\n.+: .+/);
  expect(first.stdout).toContain(`Watched ${watch}.`);
  const title = "Watch again";
  await eventually(
    PATIENCE_MS,
    async () => (await run("television/television.ts", ...args)).stdout,
    (stdout) => stdout.includes(`${title}: `),
  );
});

describe.skipIf(CHROMIUM === undefined)("a web client on its own host", () => {
  test("draws the page, is known again by its cookie, and sends what is clicked", async () => {
    // The only line that a newcomer changes.
    const html = readFileSync(example("web-client/index.html"), "utf8");
    const script = readFileSync(example("web-client/client.js"), "utf8");
    writeFileSync(join(folder, "index.html"), html);
    writeFileSync(join(folder, "client.js"), script.replace("http://localhost:8787", spillway.edgeUrl));
    const url = `http://127.0.0.1:${webPort}/`;
    await serve(
      process.execPath,
      [example("web-client/serve.ts")],
      { PORT: String(webPort), FOLDER: folder },
      url,
    );
    const browser = await launchBrowser(CHROMIUM ?? "");
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", ({ message }) => complaints.push(message));
      await page.goto(`${url}?team=ESP`);
      await page.locator("[data-spillway-item]").first().waitFor();
      // On a busy machine the origin may miss its deadline.
      expect(await page.locator("#served").textContent()).toMatch(
        /^(individual;reason=admitted|cluster;reason=deadline)/,
      );
      const cookies = (await page.context().cookies()).map(({ name }) => name);
      expect(cookies).toContain("spillway_visitor");
      const stored = await metric(spillway.originUrl, "spillway_events_stored_total");
      await page.locator("[data-spillway-item]").first().click();
      await eventually(
        PATIENCE_MS,
        () => metric(spillway.originUrl, "spillway_events_stored_total"),
        (now) => now > stored,
      );
      // Again, with what the browser has kept of the event client; and also where an answer is an error.
      await page.reload();
      await page.locator("[data-spillway-item]").first().waitFor();
      // As text, since the test's own build would rewrite the import.
      const imported = await page.evaluate(`(async () => {
        const { createSpillway } = await import("${spillway.edgeUrl}/spillway.js");
        const refused = await fetch("${spillway.edgeUrl}/recommendations?context=none", { credentials: "include" });
        return [typeof createSpillway, refused.status];
      })()`);
      expect(imported).toEqual(["function", 404]);
      const client = await fetch(`${spillway.edgeUrl}/spillway.js`, { headers: { origin: url } });
      expect(client.headers.get("access-control-allow-origin")).toBe("*");
      expect(client.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

// Last, since it replaces the demo's catalogue.
test("a model that was trained elsewhere answers with its own neighbours", async () => {
  const [items, interactions] = [example("own-model/items.csv"), example("own-model/interactions.csv")];
  const imported = await spillway.command("import", "--items", items, "--interactions", interactions);
  expect(imported).toMatchObject({ code: 0 });
  const trained = await run("own-model/train.ts", interactions);
  expect(trained).toMatchObject({ code: 0, stderr: "" });
  const weights = join(folder, "weights.csv");
  writeFileSync(weights, trained.stdout);
  const taken = await spillway.command("model", "import", weights);
  expect(taken.stdout).toMatch(/^Imported \d+ weights into 12 items/);
  expect(await spillway.command("publish", "--wait")).toMatchObject({ code: 0 });
  const similar = `${spillway.originUrl}/recommendations?user=u1&context=similar&item=orbit-of-glass`;
  const seen = await eventually(
    PATIENCE_MS,
    () => see(similar),
    ({ status }) => status === 200,
  );
  expect(itemIds(seen).slice(0, 3).toSorted()).toEqual([
    "cold-telemetry",
    "dust-of-ceres",
    "the-ninth-relay",
  ]);
});

test("the most specific cluster wins, and everybody is in the generic one", () => {
  const clusters = [
    { id: "generic", definition: "everybody" },
    { id: "esp", definition: "team=ESP" },
    { id: "esp.ad", definition: "team=ESP, entry=ad" },
  ];
  expect(chooseCluster(clusters, { team: "ESP", entry: "ad" })).toBe("esp.ad");
  expect(chooseCluster(clusters, { team: "ESP", entry: "direct" })).toBe("esp");
  expect(chooseCluster(clusters, { team: "BEL" })).toBe("generic");
});

test("the header is read as it is written", () => {
  expect(readServed('cluster;reason=over-threshold;cluster="esp.direct";generation=42;age=17')).toEqual({
    as: "cluster",
    reason: "over-threshold",
    cluster: "esp.direct",
    generation: 42,
    ageS: 17,
  });
  expect(readServed(null).as).toBe("unknown");
});

if (CHROMIUM === undefined) console.log("web client: skipped, no Chromium at $CHROMIUM or /usr/bin/chromium");
if (NGINX === undefined) console.log("nginx as a gateway: skipped, no nginx on this machine");
