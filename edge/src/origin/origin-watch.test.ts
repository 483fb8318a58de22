import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

test("the deployed object goes on looking while nobody listens at ORIGIN_URL", async () => {
  const watch = env.ORIGIN_WATCH?.getByName("test");
  expect(watch).toBeDefined();
  expect(await Promise.race([watch?.untilBack(), scheduler.wait(300)])).toBeUndefined();
});
