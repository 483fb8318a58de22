import { expect, test } from "vitest";
import { createCookieJar } from "./cookie-jar.ts";

test("a browser sends what it was given last, and nobody else's", () => {
  const jar = createCookieJar();
  jar.keep("one", ["a=1; Path=/; HttpOnly", "b=x=y; Max-Age=60"]);
  jar.keep("one", ["a=2; Path=/"]);
  expect([jar.cookiesOf("one"), jar.cookiesOf("other")]).toEqual(["a=2; b=x=y", undefined]);
  jar.keep("one", ["a=; Path=/; Max-Age=0"]);
  expect(jar.cookiesOf("one")).toBe("b=x=y");
});
