import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "./progress.ts";

let isTTY: PropertyDescriptor | undefined;
let written: string[];

function stderrIsTerminal(terminal: boolean): void {
  Object.defineProperty(process.stderr, "isTTY", { value: terminal, configurable: true });
}

beforeEach(() => {
  isTTY = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
  written = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (isTTY === undefined) Reflect.deleteProperty(process.stderr, "isTTY");
  else Object.defineProperty(process.stderr, "isTTY", isTTY);
});

describe("progress", () => {
  it("writes nothing where stderr is no terminal", () => {
    stderrIsTerminal(false);
    const progress = createProgress("rehearsing");
    progress.update(1, 10, "note");
    progress.stop();
    expect(written).toEqual([]);
  });

  it("draws label, share and note, and at most ten times a second", () => {
    stderrIsTerminal(true);
    const progress = createProgress("rehearsing");
    for (let done = 0; done < 1000; done += 1) {
      vi.advanceTimersByTime(1);
      progress.update(done, 1000, `${done} requests`);
    }
    const draws = written.filter((text) => text.includes("rehearsing"));
    progress.stop();
    expect(draws.length).toBeGreaterThan(1);
    expect(draws.length).toBeLessThanOrEqual(11);
    expect(draws.at(-1)).toMatch(/rehearsing █+░+ \d+ % \d+ requests/);
  });

  it("follows a total that changes", () => {
    stderrIsTerminal(true);
    const progress = createProgress("live");
    progress.update(10, 10, "base");
    vi.advanceTimersByTime(1000);
    progress.update(10, 40, "wall");
    vi.advanceTimersByTime(1000);
    progress.stop();
    expect(written.join("")).toContain("25 % wall");
  });

  it("leaves no timer that would keep the process alive, even if the work throws", () => {
    stderrIsTerminal(true);
    expect(() => {
      using progress = createProgress("rehearsing");
      progress.update(1, 10);
      expect(vi.getTimerCount()).toBe(1);
      throw new RangeError("the work failed");
    }).toThrow("the work failed");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("can be stopped before it was ever drawn", () => {
    stderrIsTerminal(true);
    createProgress("rehearsing").stop();
    expect(written).toEqual([]);
  });
});
