/** What the screen of clusters says in its address and its command, and how it puts pages side by side. */
import { expect, test } from "vitest";
import type { ComparedCarousel, ComparedPage } from "@spillway/shared/clusters/compared-pages.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { alignedCarousels, isOnlyHere, titlesOf } from "./aligned-carousels.js";
import { commandOf, PAGE_CONTEXTS as SHOWN_CONTEXTS, parametersOf, viewOf } from "./cluster-view.js";

const ADDRESSES = [
  "",
  "sort=members&reverse=yes&find=esp+social&all=yes&page=3&context=live",
  "find=%3Cimg+src%3Dx%3E&cluster=esp.social",
] as const;

test.each(ADDRESSES)("the address %j is what its view writes", (address) => {
  const parameters = parametersOf(viewOf(new URLSearchParams(address)));
  expect(new URLSearchParams(parameters).toString()).toBe(address);
});

test("what an address says wrongly is as at first", () => {
  const view = viewOf(new URLSearchParams("sort=fame&context=radio&page=-2&cluster="));
  expect(view).toEqual(viewOf(new URLSearchParams()));
  expect(viewOf(new URLSearchParams("page=1.5")).page).toBe(1);
  expect(SHOWN_CONTEXTS).toEqual([...PAGE_CONTEXTS]);
});

test("the command does the same, and what others wrote is an argument to a shell", () => {
  const commands = ADDRESSES.map((address) => commandOf(viewOf(new URLSearchParams(address))));
  expect(commands).toEqual([
    "pnpm spillway clusters --sort day",
    "pnpm spillway clusters --sort members --reverse --all --find 'esp social' --context live",
    "pnpm spillway clusters esp.social",
  ]);
  expect(commandOf(viewOf(new URLSearchParams({ cluster: "a'; reboot" })))).toBe(
    String.raw`pnpm spillway clusters 'a'\''; reboot'`,
  );
});

function carousel(id: string, ...items: ComparedCarousel["items"]): ComparedCarousel {
  return { id, title: id, beside: {}, items };
}

function page(...carousels: ComparedCarousel[]): ComparedPage {
  return { whose: "own", cluster: "esp", definition: "", page: null, carousels };
}

test("a carousel is one row wherever it stands, in the order of the first page", () => {
  const rows = alignedCarousels([
    page(carousel("b"), carousel("a")),
    page(carousel("a"), carousel("c")),
    page(carousel("d"), carousel("b")),
  ]);
  expect(rows.map(({ id, cells }) => [id, ...cells.map((cell) => cell?.position)])).toEqual([
    ["b", 1, undefined, 2],
    ["a", 2, 1, undefined],
    ["c", undefined, 2, undefined],
    ["d", undefined, undefined, 1],
  ]);
});

test("a title is only here where each of the other pages lacks it, and there are others", () => {
  const item = { id: "x", title: "X", kind: "movie" };
  const place = { carousel: "a", position: 1 };
  expect(isOnlyHere({ ...item, beside: {} })).toBe(false);
  expect(isOnlyHere({ ...item, beside: { parent: null, generic: place } })).toBe(false);
  const alone = { ...item, beside: { parent: null, generic: null } };
  expect(titlesOf(page(carousel("a", alone, { ...item, beside: { parent: place } })))).toEqual({
    all: 2,
    onlyHere: 1,
  });
});
