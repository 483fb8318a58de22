import { expect, test } from "vitest";
import { createEdgeAuth, MAX_SKEW_S } from "./edge-auth.ts";

const auth = createEdgeAuth("a-token-of-at-least-16");
const NOW_MS = 1_800_000_000_000;
const NONCE = "4f9ff2b0-5d5c-4d7f-8f0e-6a3d0b6f1c11";

test("verifies its own signature for the same purpose, and proves the reply", async () => {
  const { header } = await auth.sign("recommendations", NOW_MS, NONCE);
  expect((await auth.verify("recommendations", header, NOW_MS))?.nonce).toBe(NONCE);
  expect(await auth.verifyProof(NONCE, await auth.prove(NONCE))).toBe(true);
});

test("refuses another purpose, another token, a stale or future time, a changed byte, and what is no signature", async () => {
  const { header } = await auth.sign("recommendations", NOW_MS, NONCE);
  expect(await auth.verify("events", header, NOW_MS)).toBeUndefined();
  expect(
    await createEdgeAuth("another-token-0123456").verify("recommendations", header, NOW_MS),
  ).toBeUndefined();
  const beyondMs = (MAX_SKEW_S + 2) * 1000;
  expect(await auth.verify("recommendations", header, NOW_MS + beyondMs)).toBeUndefined();
  expect(await auth.verify("recommendations", header, NOW_MS - beyondMs)).toBeUndefined();
  for (const forged of [
    undefined,
    "",
    "x",
    header.replace(NONCE, NONCE.replace("4f", "5f")),
    `${header}A`,
    header.slice(0, -1),
  ]) {
    expect(await auth.verify("recommendations", forged, NOW_MS)).toBeUndefined();
  }
});

test("a proof for another nonce, or no proof, is refused", async () => {
  expect(await auth.verifyProof(NONCE, await auth.prove(`${NONCE}-2`))).toBe(false);
  expect(await auth.verifyProof(NONCE, null)).toBe(false);
  expect(await auth.verifyProof(NONCE, "é")).toBe(false);
});

test("a short token is a configuration error", () => {
  expect(() => createEdgeAuth("short")).toThrow(/16 characters/);
});
