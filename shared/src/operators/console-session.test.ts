import { describe, expect, test } from "vitest";
import { createMacKey } from "../protocol/signatures/mac-key.ts";
import { createConsoleSessions, type ConsoleSession } from "./console-session.ts";

const TOKEN = "edge-token-0123456789";
const SESSION: ConsoleSession = {
  id: "0123456789abcdefABCD-_",
  name: "ada",
  role: "operator",
  expiresMs: 2000,
};
const sessions = createConsoleSessions(TOKEN);

describe("a sealed session", () => {
  test("opens until it expires", async () => {
    const sealed = await sessions.seal(SESSION);
    expect(sealed).toMatch(/^[\w.-]+$/);
    expect(await sessions.open(sealed, 1999)).toEqual(SESSION);
    expect(await sessions.open(sealed, 2000)).toBeUndefined();
  });

  test("opens with the previous token, and with no other", async () => {
    const sealed = await sessions.seal(SESSION);
    expect(await createConsoleSessions("edge-token-of-today", TOKEN).open(sealed, 0)).toEqual(SESSION);
    expect(await createConsoleSessions("edge-token-of-today").open(sealed, 0)).toBeUndefined();
  });

  test("does not open with any character changed", async () => {
    const sealed = await sessions.seal(SESSION);
    // The last character of the MAC has bits that stand for nothing, and those are checked too.
    const changed = Array.from(sealed, (_, at) =>
      ["A", "B", "w", "."].map((other) => sealed.slice(0, at) + other + sealed.slice(at + 1)),
    )
      .flat()
      .filter((text) => text !== sealed);
    const opened = await Promise.all(changed.map((text) => sessions.open(text, 0)));
    expect(new Set(opened)).toEqual(new Set([undefined]));
  });

  test("has a key of its own: what the edge token itself has signed opens nothing", async () => {
    const sealed = await sessions.seal(SESSION);
    const [claims = ""] = sealed.split(".");
    const mac = await createMacKey(TOKEN).sign(claims);
    const forged = `${claims}.${Uint8Array.fromBase64(mac).toBase64({ alphabet: "base64url", omitPadding: true })}`;
    expect(forged.length).toBe(sealed.length);
    expect(await sessions.open(forged, 0)).toBeUndefined();
  });

  test.each([undefined, "", ".", "a.b", "x".repeat(100_000), `${"a".repeat(40)}.${"b".repeat(43)}`])(
    "%# is none",
    async (text) => {
      expect(await sessions.open(text, 0)).toBeUndefined();
    },
  );
});
