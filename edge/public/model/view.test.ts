import { describe, expect, test } from "vitest";
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { ENTRIES, readView, requestQuery, titleOf, viewAddress } from "./view.js";

const NOBODY = { user: "", team: "", entry: "direct", context: "homepage", q: "", item: "", link: "" };

/** A browser adds this header to the storefront's requests: the storefront's own address. */
function storefrontHeader(name: string): string | null {
  return name === "referer" ? "https://tv.example/?team=ESP" : null;
}

describe("readView", () => {
  test.each([
    ["", {}],
    ["?user=u42&team=esp&entry=ad&context=live", { user: "u42", team: "ESP", entry: "ad", context: "live" }],
    ["?context=search&q=%20sea%20", { context: "search", q: "sea" }],
    ["?context=search&q=%20", {}],
    ["?context=similar&item=m-1", { context: "similar", item: "m-1" }],
    ["?context=similar", {}],
    ["?context=nowhere&entry=teleport&team=%3Cb%3E", { team: "B" }],
    ["?user=%00%01a%0A", { user: "a" }],
    ["?utm_campaign=qf-esp-bel&team=ESP", { team: "ESP", entry: "link", link: "utm_campaign=qf-esp-bel" }],
    ["?entry=link", {}],
    ["?%E0%A4%A", { entry: "link", link: "%EF%BF%BD%25A=" }],
  ])("reads %s", (search, expected) => {
    expect(readView(search)).toEqual({ ...NOBODY, ...expected });
  });
});

test.each([
  ["", "Home"],
  ["?context=kids", "Kids"],
  ["?context=search&q=sea", "Search for “sea”"],
  ["?context=similar&item=m-1", "More like this"],
])("the page of the view in %j is called %s", (search, title) => {
  expect(titleOf(readView(search))).toBe(title);
});

test.each([
  "?user=u42&team=ESP&entry=ad&context=live",
  "?context=search&q=a%26b",
  "?context=similar&item=m%201",
  "?utm_medium=email&user=u7",
])("the address of the view in %s gives the same view", (search) => {
  const view = readView(search);
  expect(readView(viewAddress(view).replace("./", ""))).toEqual(view);
});

describe("requestQuery", () => {
  test("contains only the entry path of a new visitor without team", () => {
    expect(requestQuery(readView(""))).toBe("context=homepage&referrer=");
  });

  test("contains the parameters of an ad", () => {
    const query = Object.fromEntries(
      new URLSearchParams(requestQuery(readView("?user=u42&team=ESP&entry=ad"))),
    );
    expect(query).toEqual({
      user: "u42",
      context: "homepage",
      team: "ESP",
      referrer: "https://www.google.com/",
      utm_source: "google",
      utm_medium: "cpc",
      utm_campaign: "qf-esp-bel",
      gclid: "demo",
    });
  });

  test("passes on the campaign of the storefront's own address, until another entry path is chosen", () => {
    const linked = readView("?utm_campaign=qf-esp-bel&utm_medium=social");
    expect(requestQuery(linked)).toBe("context=homepage&utm_campaign=qf-esp-bel&utm_medium=social");
    expect(requestQuery({ ...linked, entry: "direct" })).toBe("context=homepage&referrer=");
  });

  test.each([...ENTRIES.keys()])("gives the entry path %s at the edge", (entry) => {
    const url = new URL(
      `https://tv.example/recommendations?${requestQuery({ ...NOBODY, team: "ESP", entry })}`,
    );
    expect(readSignals({ url, header: storefrontHeader })).toMatchObject({ entry, team: "ESP" });
  });
});
