import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { openKvFanOut } from "./kv-fan-out.ts";

const BULK = "/storage/kv/namespaces/pages/bulk";

async function instance(status = 200) {
  const seen: {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly body: string;
  }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method, url: request.url, body });
      response.writeHead(status).end(`{"success":${status === 200}}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, apiBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` };
}

async function open(...targets: string[]) {
  const fanOut = await openKvFanOut();
  onTestFinished(fanOut.close);
  fanOut.setTargets(targets);
  return fanOut;
}

const put = (apiBase: string, keys: readonly string[]): Promise<Response> =>
  fetch(`${apiBase}${BULK}`, {
    method: "PUT",
    body: JSON.stringify(keys.map((key) => ({ key, value: "v" }))),
  });

test("a write reaches every instance, without the pages that nobody will ask for", async () => {
  const [one, two] = [await instance(), await instance()];
  const { apiBase } = await open(one.apiBase, two.apiBase);
  const answer = await put(apiBase, ["routing", "page:homepage:esp", "page:live:esp", "cluster-index"]);
  expect(await answer.json()).toEqual({ success: true });
  for (const { seen } of [one, two]) {
    expect(seen).toMatchObject([{ method: "PUT", url: `/api${BULK}` }]);
    const pairs = JSON.parse(seen[0]?.body ?? "") as { readonly key: string }[];
    expect(pairs.map(({ key }) => key)).toEqual(["routing", "page:homepage:esp", "cluster-index"]);
  }
});

test("a delete names keys, and a read is answered by one instance", async () => {
  const [one, two] = [await instance(), await instance()];
  const { apiBase } = await open(one.apiBase, two.apiBase);
  await fetch(`${apiBase}${BULK}/delete`, { method: "POST", body: '["page:homepage:esp","page:kids:esp"]' });
  expect(two.seen.map(({ body }) => body)).toEqual(['["page:homepage:esp"]']);
  await fetch(`${apiBase}/storage/kv/namespaces/pages/values/routing`);
  expect([one.seen.length, two.seen.length]).toEqual([2, 1]);
});

test("a write that one instance refuses is refused", async () => {
  const { apiBase } = await open((await instance()).apiBase, (await instance(400)).apiBase);
  expect((await put(apiBase, ["routing"])).status).toBe(400);
});

test("without an instance, or with one that is gone, KV is away", async () => {
  expect((await put((await open()).apiBase, ["routing"])).status).toBe(502);
  expect((await put((await open("http://127.0.0.1:1")).apiBase, ["routing"])).status).toBe(502);
});
