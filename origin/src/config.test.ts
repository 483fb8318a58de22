import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { ConfigError, loadAdminClient, loadConfig, loadStorePaths, readEnvironment } from "./config.ts";
import { environmentSchema } from "./config/variables.ts";

const TOKENS = { EDGE_TOKEN: "edge-token-0123456789", ADMIN_TOKEN: "admin-token-0123456789" };

function reportOf(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

test("two tokens are enough", () => {
  const config = loadConfig(TOKENS);
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 8788,
    kv: {
      apiBase: "http://127.0.0.1:8787/cdn-cgi/local/explorer/api",
      namespaceId: "spillway-pages",
      apiToken: undefined,
    },
    refreshCadenceS: 60,
    maxClusters: 1000,
    maxInFlight: 64,
    instances: 1,
    logLevel: "info",
  });
  expect(config.databasePath).toMatch(/\/\.spillway\/spillway\.db$/);
});

test("the local KV follows the edge's port, and a production one is taken as it is", () => {
  expect(loadConfig({ ...TOKENS, EDGE_PORT: "9000" }).kv.apiBase).toContain("127.0.0.1:9000");
  const base = "https://kv.example/client/v4/accounts/a";
  expect(loadConfig({ ...TOKENS, KV_API_BASE: `${base}/`, KV_API_TOKEN: "t" }).kv).toMatchObject({
    apiBase: base,
    apiToken: "t",
  });
});

test("a data folder may be anywhere", () => {
  expect(loadStorePaths({ SPILLWAY_DATA: "/var/lib/spillway" }).databasePath).toBe(
    "/var/lib/spillway/spillway.db",
  );
});

test("hosts and web origins are lists, and each bad entry is named", () => {
  const lists = { ALLOWED_HOSTS: "Origin.example, tv-1.example", ALLOWED_ORIGINS: "https://tv.example null" };
  expect(loadConfig({ ...TOKENS, ...lists })).toMatchObject({
    allowedHosts: ["origin.example", "tv-1.example"],
    allowedOrigins: ["https://tv.example", "null"],
  });
  const bad = { ALLOWED_HOSTS: "a.example:80 https://b.example *", ALLOWED_ORIGINS: "tv.example" };
  const { issues } = reportOf(() => loadConfig({ ...TOKENS, ...bad }));
  expect(issues.map(({ key, reason }) => `${key} ${reason.split(" ")[0]}`)).toEqual([
    "ALLOWED_HOSTS a.example:80",
    "ALLOWED_HOSTS https://b.example",
    "ALLOWED_HOSTS *",
    "ALLOWED_ORIGINS tv.example",
  ]);
});

test("every bad field is listed", () => {
  const environment = {
    ORIGIN_PORT: "80a",
    EDGE_PORT: "70000",
    ORIGIN_HOST: "not a host",
    EDGE_TOKEN: "short",
    KV_API_BASE: "ftp://x",
    REFRESH_CADENCE_S: "0",
    MAX_IN_FLIGHT: "-1",
    INSTANCES: "1.5",
    LOG_LEVEL: "loud",
    ADMIN_TOKEN: "",
  };
  const report = reportOf(() => loadConfig(environment));
  expect(report.issues.map(({ key }) => key).toSorted()).toEqual(Object.keys(environment).toSorted());
  expect(report.message).toContain("EDGE_PORT: must be a whole number from 1 to 65535");
  expect(report.message).toContain("ADMIN_TOKEN: is missing");
});

test.each([
  [{}, "http://127.0.0.1:8788"],
  [{ ORIGIN_HOST: "0.0.0.0", ORIGIN_PORT: "99" }, "http://127.0.0.1:99"],
  [{ ORIGIN_HOST: "::1" }, "http://[::1]:8788"],
])("an admin command finds the origin of %j", (fields, origin) => {
  expect(loadAdminClient({ ADMIN_TOKEN: TOKENS.ADMIN_TOKEN, ...fields }).origin).toBe(origin);
});

test(".dev.vars supplies the tokens that the environment lacks, and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, ".dev.vars");
  writeFileSync(path, `# secrets\nEDGE_TOKEN="from-file-0123456789"\nADMIN_TOKEN=from-file\nORIGIN_PORT=1\n`);
  vi.stubEnv("ADMIN_TOKEN", "from-environment");
  vi.stubEnv("EDGE_TOKEN", undefined);
  vi.stubEnv("ORIGIN_PORT", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const environment = readEnvironment(path);
  expect(environment["EDGE_TOKEN"]).toBe("from-file-0123456789");
  expect(environment["ADMIN_TOKEN"]).toBe("from-environment");
  expect(environment["ORIGIN_PORT"]).toBeUndefined();
  expect(readEnvironment(join(folder, "absent"))["EDGE_TOKEN"]).toBeUndefined();
});

test(".dev.vars supplies the key for hashes with its own EDGE_TOKEN alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, ".dev.vars");
  writeFileSync(
    path,
    "EDGE_TOKEN=from-file-0123456789\nEDGE_TOKEN_PREVIOUS=previous\nUSER_HASH_KEY=hashes\n",
  );
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const read = (token: string | undefined) => {
    vi.stubEnv("EDGE_TOKEN", token);
    const { EDGE_TOKEN_PREVIOUS, USER_HASH_KEY } = readEnvironment(path);
    return [EDGE_TOKEN_PREVIOUS, USER_HASH_KEY];
  };
  expect(read(undefined)).toEqual(["previous", "hashes"]);
  expect(read("from-file-0123456789")).toEqual(["previous", "hashes"]);
  expect(read("production-0123456789")).toEqual([undefined, undefined]);
});

test("users' hashes are keyed with the edge token until they have a key of their own", () => {
  const [EDGE_TOKEN_PREVIOUS, USER_HASH_KEY] = ["previous-token-0123456789", "key-for-hashes-0123456789"];
  expect(loadConfig(TOKENS)).toMatchObject({
    edgeTokens: [TOKENS.EDGE_TOKEN],
    userHashKey: TOKENS.EDGE_TOKEN,
    hasUserHashKey: false,
  });
  expect(loadConfig({ ...TOKENS, EDGE_TOKEN_PREVIOUS, USER_HASH_KEY })).toMatchObject({
    edgeTokens: [TOKENS.EDGE_TOKEN, EDGE_TOKEN_PREVIOUS],
    userHashKey: USER_HASH_KEY,
    hasUserHashKey: true,
  });
});

/** The names of the variables that a configuration error lists. Any other error is thrown. */
function wrongOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ key }) => key);
    throw error;
  }
}

test("whatever the variables hold, there is a configuration, or an error that names what is wrong", () => {
  const names = fc.constantFrom(...Object.keys(environmentSchema.shape));
  const text = fc.oneof(
    fc.constantFrom(
      "",
      "0",
      "-1",
      "NaN",
      "1e9",
      "null",
      "[]",
      "{}",
      "constructor",
      "__proto__",
      "\0",
      "http://[",
      "::",
    ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.dictionary(names, text, { minKeys: 1, maxKeys: 4 }), (broken) => {
      const wrong = wrongOf({ ...TOKENS, ...broken });
      expect(Object.keys(broken)).toEqual(expect.arrayContaining(wrong));
    }),
    { numRuns: 500, seed: 13 },
  );
});
