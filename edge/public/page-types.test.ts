import { expectTypeOf, test } from "vitest";
import type { Page as SharedPage } from "@spillway/shared/protocol/page.ts";
import type { Page } from "./spillway.d.ts";

test("web clients get the types of the page that the services write", () => {
  expectTypeOf<Page>().toEqualTypeOf<SharedPage>();
});
