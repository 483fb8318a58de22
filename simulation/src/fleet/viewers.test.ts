import { describe, expect, test } from "vitest";
import { parseViewers, pickViewer } from "./viewers.ts";

describe("shares of viewers", () => {
  test("are read in any order, and who is not named does not come", () => {
    expect(parseViewers("tv=0.2, new=.3,cookie=0.5")).toEqual({ new: 0.3, cookie: 0.5, tv: 0.2 });
    expect(parseViewers("cookie=1")).toEqual({ new: 0, cookie: 1, tv: 0 });
  });

  test("add up to 1 within rounding, and then exactly", () => {
    const { new: fresh, cookie, tv } = parseViewers("new=0.333,cookie=0.333,tv=0.333");
    expect(fresh + cookie + tv).toBeCloseTo(1, 12);
  });

  test.each([
    ["new=0.3,cookie=0.5", "add up to 0.8"],
    ["new=0.6,cookie=0.5,tv=0.2", "add up to 1.3"],
    ["new=0.3,mobile=0.7", '"mobile" is none of new, cookie, tv'],
    ["new=-0.5,cookie=1.5", '"new=-0.5": a share is a number from 0 to 1'],
    ["new=half,cookie=0.5", '"new=half"'],
    ["new,cookie=1", '"new"'],
    ["new=,cookie=1", '"new="'],
    ["new=0.5=0.5,cookie=0.5", '"new=0.5=0.5"'],
    ["new=0.5,new=0.5", "new stands there twice"],
    ["", '"" is none of'],
  ])("%j is refused: %s", (text, reason) => {
    expect(() => parseViewers(text)).toThrow(reason);
  });

  test("are drawn as often as they say", () => {
    const shares = parseViewers("new=0.25,tv=0.75");
    const drawn = Array.from({ length: 100 }, (_, at) => pickViewer(shares, at / 100));
    expect(["new", "cookie", "tv"].map((viewer) => drawn.filter((one) => one === viewer).length)).toEqual([
      25, 0, 75,
    ]);
  });
});
