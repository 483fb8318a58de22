import { describe, expect, test } from "vitest";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { admin, item, NOW_MS, setUp } from "../../test/test-admin.ts";
import { pinIssues } from "../editorial/check-pins.ts";
import { publishDrafts } from "../editorial/publish-drafts.ts";

const START = "2026-07-10T21:00:00Z";
const START_MS = Date.parse(START);

function withItems(...ids: readonly string[]) {
  const setup = setUp();
  const { database, editorial, operatorStore, onEditorialChange } = setup;
  upsertItems(database, [...ids.map((id) => item(id)), item("a")], "api", 1);
  const put = (pins: unknown) => editorial.request("/editorial/pins", admin("PUT", { pins }));
  const draft = (pins: unknown, start: unknown = START) =>
    editorial.request("/editorial/drafts?note=kick-off", admin("POST", { pins, start }));
  const publishAt = (contentNowMs: number) =>
    publishDrafts({
      operatorStore,
      nowMs: () => NOW_MS,
      contentNowMs: () => contentNowMs,
      check: (pins) => pinIssues(database, { pins }, undefined),
      onEditorialChange,
    });
  const idsInForce = async () => (await operatorStore.pins.current())?.value.map(({ id }) => id);
  const states = async () =>
    (await operatorStore.drafts.list(9)).map(({ state, outcome }) => [state, outcome]);
  return { ...setup, put, draft, publishAt, idsInForce, states };
}

const pin = (id: string, more: object = {}) => ({ id, items: ["a"], ...more });

describe("a draft", () => {
  test("is in force from its start on, and not before", async () => {
    const { draft, publishAt, idsInForce, states, onEditorialChange, operatorStore } = withItems();
    const response = await draft([pin("kickoff")]);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      id: 1,
      state: "waiting",
      start: "2026-07-10T21:00:00.000Z",
    });
    await publishAt(START_MS - 1);
    expect(await idsInForce()).toBeUndefined();
    await publishAt(START_MS);
    expect(await idsInForce()).toEqual(["kickoff"]);
    expect(await states()).toEqual([["published", "version 1"]]);
    expect(onEditorialChange).toHaveBeenCalledTimes(1);
    expect(await operatorStore.pins.current()).toMatchObject({ by: "admin", note: "kick-off" });
    const [entry] = await operatorStore.audit.list({ limit: 1 });
    expect(entry).toMatchObject({ action: "pins.publish", by: "admin", via: "origin", subject: "pins 1" });
    await publishAt(START_MS + 1);
    expect((await operatorStore.pins.list(9)).length).toBe(1);
  });

  test("keeps what others have changed since it was made", async () => {
    const { put, draft, publishAt, idsInForce, operatorStore } = withItems("b");
    await put([pin("x"), pin("y")]);
    // It removes x, changes y, and adds z.
    await draft([pin("y", { title: "Tonight" }), pin("z")]);
    await put([pin("x"), pin("y"), pin("w", { items: ["b"] })]);
    await publishAt(START_MS);
    expect(await idsInForce()).toEqual(["y", "z", "w"]);
    expect((await operatorStore.pins.current())?.value[0]).toMatchObject({ title: "Tonight" });
  });

  test("is refused where others have changed the same pin", async () => {
    const { put, draft, publishAt, states, operatorStore } = withItems("b");
    await put([pin("x")]);
    await draft([pin("x", { title: "Ours" })]);
    await put([pin("x", { title: "Theirs" })]);
    await publishAt(START_MS);
    expect(await states()).toEqual([["refused", "others have changed x since version 1"]]);
    expect((await operatorStore.pins.current())?.value[0]).toMatchObject({ title: "Theirs" });
    const [entry] = await operatorStore.audit.list({ limit: 1 });
    expect(entry).toMatchObject({ action: "pins.refuse", subject: "draft 1" });
  });

  test("is refused where one of its items has gone", async () => {
    const { draft, publishAt, states, idsInForce, database } = withItems("b");
    await draft([pin("x", { items: ["b"] })]);
    database.sqlite.exec("DELETE FROM items WHERE id = 'b'");
    await publishAt(START_MS);
    expect(await states()).toEqual([["refused", 'pins[0].items[0] no item "b" in the catalogue']]);
    expect(await idsInForce()).toBeUndefined();
  });

  test("that is cancelled is never in force", async () => {
    const { draft, publishAt, idsInForce, editorial } = withItems();
    await draft([pin("x")]);
    const cancel = () => editorial.request("/editorial/drafts/cancel", admin("POST", { id: 1 }));
    expect((await cancel()).status).toBe(200);
    expect((await cancel()).status).toBe(409);
    await publishAt(START_MS);
    expect(await idsInForce()).toBeUndefined();
  });

  test.each([
    ["in the past", "2026-07-10T19:59:59Z", "start"],
    ["no time", "soon", "start"],
  ])("whose start is %s is refused", async (_, start, key) => {
    const response = await withItems().draft([pin("x")], start);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`"key":"${key}"`);
  });

  test("says what will be wrong at its start", async () => {
    const { draft, database } = withItems();
    upsertItems(database, [item("late", { availableFrom: "2026-07-10T22:00:00Z" })], "api", 2);
    const response = await draft([pin("x", { items: ["late"] })]);
    expect(await response.json()).toMatchObject({
      conflicts: [
        { kind: "withheld", pins: ["x"], reason: expect.stringContaining("2026-07-10T22:00:00.000Z") },
      ],
    });
  });
});
