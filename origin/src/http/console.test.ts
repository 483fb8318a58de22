import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { consoleRoutes } from "./console.ts";

const routes = consoleRoutes({ edgeUrl: "https://www.example.com" });

async function page(): Promise<{ text: string; policy: string }> {
  const response = await routes.request("/console/");
  return { text: await response.text(), policy: response.headers.get("content-security-policy") ?? "" };
}

/** What the first screen loads: the page, and all that its files import. */
async function firstScreen(): Promise<Map<string, Response>> {
  const { text } = await page();
  const { imports } = JSON.parse(/<script type="importmap">(.*)<\/script>/.exec(text)?.[1] ?? "") as {
    imports: Record<string, string>;
  };
  const loaded = new Map<string, Response>();
  const load = async (path: string): Promise<void> => {
    if (loaded.has(path)) return;
    const response = await routes.request(`/console/${path}`, { headers: { "accept-encoding": "gzip" } });
    loaded.set(path, response);
    expect([path, response.status]).toEqual([path, 200]);
    if (!/\.m?js$/.test(path)) return;
    const source = gunzipSync(Buffer.from(await response.clone().arrayBuffer())).toString("utf8");
    const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, name = ""] of code.matchAll(/\b(?:from|import)\s*["']([^"']+)["']/g)) {
      const mapped = imports[name] ?? name;
      await load(new URL(mapped, `http://x/${imports[name] === undefined ? path : ""}`).pathname.slice(1));
    }
  };
  await load("");
  const given = text.replaceAll(/<link rel="modulepreload"[^>]*>/g, "");
  for (const [, path = ""] of given.matchAll(/(?:src|href)="([^":]+)"/g)) await load(path);
  return loaded;
}

test("the policy allows the page's own files and its import map, and the edge for questions", async () => {
  const { text, policy } = await page();
  const inline = /<script type="importmap">(.*)<\/script>/.exec(text)?.[1] ?? "";
  const hash = createHash("sha256").update(inline).digest("base64");
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("connect-src 'self' https://www.example.com;");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(text).not.toMatch(/ style=| on[a-z]+=/);
  expect(text).toContain('name="edge" content="https://www.example.com"');
});

test("the first screen is at most 80 KB gzipped, and every file that it imports is there", async () => {
  const loaded = await firstScreen();
  const sizes = await Promise.all(
    [...loaded.values()].map(async (one) => (await one.arrayBuffer()).byteLength),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect([...loaded.keys()]).toContain("screens/now/demand-chart.js");
  expect([...loaded.keys()]).toContain("vendor/uplot.js");
  expect([...loaded.keys()]).toContain("shared/now-sentence.js");
  expect(bytes).toBeLessThanOrEqual(80 * 1024);
});

test("the page names all modules of the first screen, so that they are asked for at once", async () => {
  const { text } = await page();
  const named = [...text.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
  const modules = [...(await firstScreen()).keys()].filter((path) => path.endsWith(".js"));
  expect(new Set(named)).toEqual(new Set(modules.filter((path) => path !== "vendor/uplot.js")));
});

test("licences of all libraries are there, and nothing is sent twice to who has it", async () => {
  const licences = await routes.request("/console/vendor/licences.txt");
  const text = await licences.text();
  for (const name of ["preact", "@preact/signals", "@preact/signals-core", "htm", "uplot"])
    expect(text).toContain(`${name}\n===`);
  const again = await routes.request("/console/vendor/licences.txt", {
    headers: { "if-none-match": licences.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
});

test.each([
  "/console/../index.ts",
  "/console/tsconfig.json",
  "/console/%2e%2e/%2e%2e/package.json",
  "/console/none.js",
])("%s is no file of it", async (path) => {
  expect((await routes.request(path)).status).toBe(404);
});

test("its address without a slash leads to the page", async () => {
  const response = await routes.request("/console");
  expect([response.status, response.headers.get("location")]).toEqual([308, "console/"]);
});
