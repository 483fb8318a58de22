import { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { formatCount, formatShare, formatShort, textTable } from "./table.ts";

const table = {
  head: ["served as", "requests"],
  rows: [
    ["individual", "1,234"],
    ["cluster", "98,765,432"],
  ],
  align: ["left", "right"] as const,
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("number formats", () => {
  it.each([
    [formatCount(1_234_567), "1,234,567"],
    [formatCount(0.4), "0"],
    [formatShare(0.8465), "84.65 %"],
    [formatShare(1), "100.00 %"],
    [formatShort(0), "0"],
    [formatShort(0.6000000000000001), "0.6"],
    [formatShort(999.9), "1k"],
    [formatShort(12_000), "12k"],
    [formatShort(999_999), "1 M"],
    [formatShort(1_500_000), "1.5 M"],
    [formatShort(-2500), "-2.5k"],
  ])("gives %s for %s", (written, expected) => {
    expect(written).toBe(expected);
  });
});

describe("a table for the terminal", () => {
  it("aligns numbers to the right, and ends no line with spaces", () => {
    expect(stripVTControlCharacters(textTable({ ...table, note: "A note." }))).toBe(
      ["served as     requests", "individual       1,234", "cluster     98,765,432", "", "A note."].join(
        "\n",
      ),
    );
  });

  it("has a bold head on a terminal, and no control characters elsewhere or with NO_COLOR", () => {
    for (const name of ["FORCE_COLOR", "NO_COLOR", "NODE_DISABLE_COLORS", "CI"]) vi.stubEnv(name, undefined);
    vi.stubEnv("TERM", "xterm-256color");
    const stdout = Object.getOwnPropertyDescriptors(process.stdout);
    const restore = { isTTY: stdout.isTTY, getColorDepth: stdout["getColorDepth"] };
    try {
      Object.assign(process.stdout, {
        isTTY: true,
        getColorDepth: () => WriteStream.prototype.getColorDepth(),
      });
      expect(textTable(table)).toContain("\u001B[1mserved as");
      vi.stubEnv("NO_COLOR", "1");
      expect(textTable(table)).not.toContain("\u001B");
      vi.stubEnv("NO_COLOR", undefined);
      Object.assign(process.stdout, { isTTY: false });
      expect(textTable(table)).not.toContain("\u001B");
    } finally {
      for (const [name, was] of Object.entries(restore)) {
        if (was === undefined) Reflect.deleteProperty(process.stdout, name);
        else Object.defineProperty(process.stdout, name, was);
      }
    }
  });
});
