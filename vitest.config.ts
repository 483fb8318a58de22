/** One project for each part, in the runtime that it runs in: Node, workerd, and whole processes. */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/**
 * A test that hangs has to end; one that starts processes on a busy machine must not. Nothing here is timed.
 */
const PATIENCE = { testTimeout: 600_000, hookTimeout: 600_000 };

/** Tests in Node share no state between files: one worker for many files saves a third of the time. */
function inNode(name: string, include: string) {
  return { test: { name, include: [include], environment: "node", isolate: false, ...PATIENCE } };
}

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      inNode("shared", "shared/src/**/*.test.ts"),
      inNode("model", "model/src/**/*.test.ts"),
      inNode("kit", "kit/**/*.test.ts"),
      inNode("store", "store/src/**/*.test.ts"),
      inNode("origin", "origin/{src,public}/**/*.test.ts"),
      inNode("analytics", "analytics/src/**/*.test.ts"),
      inNode("demo", "demo/src/**/*.test.ts"),
      inNode("cli", "cli/src/**/*.test.ts"),
      inNode("simulation", "simulation/src/**/*.test.ts"),
      inNode("tools", "tools/{rehearse,evaluate,scripts}/**/!(*.e2e).test.ts"),
      inNode("docs", "tools/docs/*.test.ts"),
      inNode("examples", "examples/**/*.test.ts"),
      {
        test: {
          name: "storefront",
          include: ["edge/public/**/*.test.ts", "edge/test/*.test.ts"],
          environment: "node",
          ...PATIENCE,
        },
      },
      {
        // The recommender's own figures, once more where the edge would compute them.
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: "2026-11-17" } })],
        test: { name: "model-workerd", include: ["model/src/runtimes.test.ts"], ...PATIENCE },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "edge",
          include: ["edge/src/**/*.test.ts"],
          // A real origin over real HTTP.
          globalSetup: ["edge/test/scripted-origin.ts"],
          ...PATIENCE,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tools/e2e/**/*.test.ts", "tools/**/*.e2e.test.ts"],
          environment: "node",
          ...PATIENCE,
          // The emulated KV takes 2 ms to write a page: those of a thousand clusters would be most of every
          // test's start.
          env: { MAX_CLUSTERS: "320" },
          // They share ports, processors and patience.
          fileParallelism: false,
        },
      },
    ],
  },
});
