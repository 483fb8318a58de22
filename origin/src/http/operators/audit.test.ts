import { expect, test } from "vitest";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { admin, item, NOW_MS, setUp, TOML } from "../../../test/test-admin.ts";

type Setup = ReturnType<typeof setUp>;

async function entriesOf({ operators }: Setup, query = ""): Promise<unknown[]> {
  const response = await operators.request(`/audit${query}`, admin("GET"));
  return ((await response.json()) as { entries: unknown[] }).entries;
}

async function changeAll({ database, routing, editorial, catalogue, operators }: Setup): Promise<void> {
  upsertItems(database, [item("a"), item("b")], "import", 1);
  const withMode = TOML.replace('mode = "auto"', 'mode = "force-cluster"');
  await routing.request("/routing", admin("PUT", TOML, "application/toml"));
  await routing.request("/routing?note=kick-off", admin("PUT", withMode, "application/toml"));
  await routing.request("/routing/rollback?note=it%20was%20calm", admin("POST", {}));
  await editorial.request("/editorial/pins?note=final", admin("PUT", { pins: [{ id: "p", items: ["a"] }] }));
  await catalogue.request(
    "/catalogue?note=rights",
    admin("PATCH", { items: [{ id: "b", takenDown: true }] }),
  );
  await operators.request("/tokens", admin("POST", { name: "ci", role: "viewer" }));
}

test("each change says who, what, why and when", async () => {
  const setup = setUp();
  await changeAll(setup);
  const by = { by: "admin", role: "admin", via: "admin-token", at: new Date(NOW_MS).toISOString() };
  expect(await entriesOf(setup)).toMatchObject([
    { ...by, action: "token.create", subject: "token ci", after: { role: "viewer" } },
    {
      ...by,
      action: "catalogue.patch",
      subject: "1 item",
      note: "rights",
      before: { b: { takenDown: false } },
      after: { b: { takenDown: true } },
    },
    {
      ...by,
      action: "pins.put",
      subject: "pins 1",
      note: "final",
      after: { added: [{ id: "p" }], removed: [] },
    },
    {
      ...by,
      action: "routing.rollback",
      subject: "routing 3",
      note: "rollback to version 1: it was calm",
      before: { mode: "force-cluster" },
      after: { mode: "auto" },
    },
    {
      ...by,
      action: "routing.push",
      note: "kick-off",
      before: { mode: "auto" },
      after: { mode: "force-cluster" },
    },
    { ...by, action: "routing.push", subject: "routing 1", after: { time_zone: "Europe/Madrid" } },
  ]);
});

test("it holds no secret", async () => {
  const setup = setUp();
  const made = await setup.operators.request("/tokens", admin("POST", { name: "ci", role: "viewer" }));
  const { token } = (await made.json()) as { token: string };
  const log = JSON.stringify(await entriesOf(setup));
  expect(log).toContain("token ci");
  expect(log).not.toContain(token.slice(-30));
});

test.each([
  ["?kind=routing", 3],
  ["?kind=routing.rollback", 1],
  ["?by=admin&limit=2", 2],
  ["?by=nobody", 0],
  ["?since=2027-01-15T12:00:00Z", 6],
  ["?since=2027-01-15T14:00:00%2B01:00", 0],
  ["?until=2027-01-15T12:00:00Z", 0],
  ["?before=3", 2],
])("%s lists %i entries", async (query, count) => {
  const setup = setUp();
  await changeAll(setup);
  expect(await entriesOf(setup, query)).toHaveLength(count);
});

test.each(["since=today", "limit=0", "limit=1001", "kind=%25", "before=x", "odd=1"])(
  "%s is refused, and named",
  async (query) => {
    const response = await setUp().operators.request(`/audit?${query}`, admin("GET"));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(query.split("=")[0]);
  },
);

test.each([
  ["refused", () => admin("PUT", "mode = 1", "application/toml"), ""],
  ["with a note that is too long", () => admin("PUT", TOML, "application/toml"), `?note=${"x".repeat(501)}`],
  [
    "with a note that moves a terminal's cursor",
    () => admin("PUT", TOML, "application/toml"),
    "?note=a%1b[2J",
  ],
])("a push that is %s changes nothing, and no entry says it did", async (_, request, query) => {
  const setup = setUp();
  const response = await setup.routing.request(`/routing${query}`, request());
  expect(response.status).toBe(400);
  expect(await entriesOf(setup)).toEqual([]);
  expect(setup.onRouting).not.toHaveBeenCalled();
});

test("what does not change is no change", async () => {
  const setup = setUp();
  upsertItems(setup.database, [item("a")], "import", 1);
  await setup.catalogue.request("/catalogue", admin("PATCH", { items: [{ id: "a" }] }));
  expect(await entriesOf(setup)).toEqual([]);
});

test("of two editors who began with the same pins, the second is told who was first", async () => {
  const setup = setUp();
  upsertItems(setup.database, [item("a")], "import", 1);
  const put = (id: string) =>
    setup.editorial.request(
      "/editorial/pins?expect=0&note=final",
      admin("PUT", { pins: [{ id, items: ["a"] }] }),
    );
  const [first, second] = await Promise.all([put("one"), put("two")]);
  expect([first.status, second.status]).toEqual([200, 409]);
  expect(await second.json()).toMatchObject({
    detail: "the pins are at version 1 since 2027-01-15T12:00:00.000Z by admin (final); nothing changed",
  });
});
