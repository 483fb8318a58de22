import { expect, test } from "vitest";
import { identify } from "./visitor.ts";

const ID = "0a1b2c3d-0000-4000-8000-0123456789ab";
const OTHER = "ffffffff-0000-4000-8000-0123456789ab";
const drawn = (): string => ID;
const never = (): string => {
  throw new Error("no id was needed");
};

test("takes the user that the client names, and sets no cookie", () => {
  expect(identify("u42", `spillway_visitor=${ID}`, true, never)).toEqual({
    user: "u42",
    newCookie: undefined,
  });
});

test("gives a newcomer a first-party id", () => {
  expect(identify(undefined, null, false, drawn)).toEqual({
    user: `v_${ID}`,
    newCookie: `spillway_visitor=${ID}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly`,
  });
});

test("over https the cookie is one that no subdomain can plant, and no other counts", () => {
  expect(identify(undefined, `spillway_visitor=${ID}`, true, () => OTHER)).toEqual({
    user: `v_${OTHER}`,
    newCookie: `__Host-spillway_visitor=${OTHER}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly`,
  });
  const both = `spillway_visitor=${OTHER}; __Host-spillway_visitor=${ID}`;
  expect(identify(undefined, both, true, never).user).toBe(`v_${ID}`);
  expect(identify(undefined, both, false, never).user).toBe(`v_${OTHER}`);
  expect(identify(undefined, `__Host-spillway_visitor=${ID}`, false, drawn).newCookie).toBeDefined();
});

test("knows a visitor who comes back", () => {
  expect(identify(undefined, `team=ESP; spillway_visitor=${ID}`, false, never)).toEqual({
    user: `v_${ID}`,
    newCookie: undefined,
  });
});

test.each(["u42", "", "../..", ID.toUpperCase(), `${ID}x`, "%00"])(
  "draws a new id for the cookie %j",
  (value) => {
    expect(identify(undefined, `spillway_visitor=${value}`, false, drawn).newCookie).toContain(ID);
  },
);
