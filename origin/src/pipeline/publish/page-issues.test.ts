import { createPool } from "@spillway/model/workers/pool.ts";
import { expect, onTestFinished, test } from "vitest";
import { pageIssues } from "./page-issues.ts";

test("on threads, each of many pages gets its own issues, in their order", async () => {
  const pool = createPool(2);
  onTestFinished(() => pool.close());
  const metadata = { generation: 1, builtAtMs: 1, contentHash: "a" };
  const pairs = Array.from({ length: 301 }, (_, at) => ({
    key: `page:homepage:c${at}`,
    value: at % 100 === 7 ? `{"context":"n${at}"` : '{"carousels":[]}',
    metadata,
  }));
  const issues = await pageIssues(pairs, pool);
  expect(issues).toHaveLength(pairs.length);
  expect(issues.flatMap((issue, at) => (issue === undefined ? [] : [at]))).toEqual([7, 107, 207]);
  expect(issues[7]).toContain("is not JSON");
});
