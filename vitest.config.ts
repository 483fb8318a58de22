/** One project for each part, in the runtime that it runs in: Node, workerd, and whole processes. */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      // Tests here share no state between files: one worker for many files saves a third of the time.
      { test: { name: "shared", include: ["shared/src/**/*.test.ts"], environment: "node", isolate: false } },
      { test: { name: "origin", include: ["origin/src/**/*.test.ts"], environment: "node", isolate: false } },
      { test: { name: "report", include: ["report/src/**/*.test.ts"], environment: "node", isolate: false } },
      {
        test: {
          name: "evaluate",
          include: ["evaluate/src/**/*.test.ts"],
          environment: "node",
          isolate: false,
        },
      },
      {
        test: {
          name: "rehearse",
          include: ["rehearse/src/**/*.test.ts"],
          environment: "node",
          isolate: false,
        },
      },
      { test: { name: "storefront", include: ["edge/public/**/*.test.ts"], environment: "node" } },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "edge",
          include: ["edge/src/**/*.test.ts"],
          // A real origin over real HTTP.
          globalSetup: ["edge/test/scripted-origin.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // The emulated KV takes 2 ms to write a page: those of a thousand clusters would be most of every test's start.
          env: { MAX_CLUSTERS: "320" },
          // They share ports, processors and patience.
          fileParallelism: false,
        },
      },
    ],
  },
});
