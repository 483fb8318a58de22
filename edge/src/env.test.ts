import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { eventQueues, readConfig, type Bindings } from "./env.ts";

const BINDINGS: Bindings = {
  PAGES: env.PAGES,
  EVENTS: env.EVENTS,
  DEAD_LETTERS: env.DEAD_LETTERS,
  ORIGIN_URL: "https://origin.example.com/below/",
  EDGE_TOKEN: "sixteen-letters-",
};

test("has defaults for production", () => {
  const { origin, ...rest } = readConfig(BINDINGS);
  expect(origin?.url).toBe("https://origin.example.com/below");
  expect(rest).toEqual({
    readCycleMs: 30_000,
    kvDeadlineMs: 40,
    servingLogFlushMs: 10_000,
    recordsSample: true,
    retryBaseS: 5,
    retryCapS: 14_400,
    allowedOrigins: [],
    allowedHosts: [],
    crossSiteCookies: false,
    comparePages: false,
    trustsCountryParameter: false,
    ownHosts: [],
    returnHosts: [],
    userTokens: undefined,
    userHash: { key: BINDINGS.EDGE_TOKEN, from: "EDGE_TOKEN" },
    problems: [],
  });
});

test("users' hashes have a key of their own, or the token's, and the previous token is one more", () => {
  const [EDGE_TOKEN_PREVIOUS, USER_HASH_KEY] = ["the-token-before", "a-key-for-hashes"];
  const { origin, userHash, problems } = readConfig({ ...BINDINGS, EDGE_TOKEN_PREVIOUS, USER_HASH_KEY });
  expect(origin?.tokens).toEqual([BINDINGS.EDGE_TOKEN, EDGE_TOKEN_PREVIOUS]);
  expect(userHash).toEqual({ key: USER_HASH_KEY, from: "USER_HASH_KEY" });
  expect(problems).toEqual([]);
});

test.each<[keyof Bindings, string]>([
  ["ORIGIN_URL", ""],
  ["ORIGIN_URL", "ftp://origin.example.com"],
  ["ORIGIN_URL", "https://origin.example.com/?a=1"],
  ["EDGE_TOKEN", "fifteen-letters"],
  ["EDGE_TOKEN_PREVIOUS", "fifteen-letters"],
  ["USER_HASH_KEY", "fifteen-letters"],
  ["READ_CYCLE_MS", "soon"],
  ["READ_CYCLE_MS", "0"],
  ["KV_DEADLINE_MS", "1.5"],
  ["RETRY_BASE_S", "-1"],
  ["RETRY_CAP_S", "1e9"],
  ["ALLOWED_ORIGINS", "app.example.com"],
  ["ALLOWED_HOSTS", "https://app.example.com"],
  ["CROSS_SITE_COOKIES", "yes"],
  ["COMPARE_PAGES", "1"],
  // Without ALLOWED_ORIGINS no other site's page may call.
  ["CROSS_SITE_COOKIES", "true"],
  ["ALLOWED_ORIGINS", "https://app.example.com/path"],
  ["ORIGIN_URL", "https://user:password@origin.example.com"],
])("names %s when it is %j, and goes on with the default", (key, value) => {
  const config = readConfig({ ...BINDINGS, [key]: value });
  expect(config.problems.map((problem) => problem.key)).toEqual([key]);
  expect(config).toMatchObject({
    readCycleMs: 30_000,
    kvDeadlineMs: 40,
    servingLogFlushMs: 10_000,
    recordsSample: true,
    retryBaseS: 5,
    retryCapS: 14_400,
    allowedOrigins: [],
    crossSiteCookies: false,
    trustsCountryParameter: false,
  });
});

test("believes tokens once any of their variables is set, and nobody where the keys are broken", () => {
  const secret = "a-secret-of-thirty-two-characters";
  const { userTokens, problems } = readConfig({
    ...BINDINGS,
    USER_TOKEN_KEYS: secret,
    USER_TOKEN_ISSUER: "id",
  });
  expect(userTokens).toMatchObject({ cookie: "spillway_user", issuer: "id", audience: undefined });
  expect(userTokens?.keys).toHaveLength(1);
  expect(problems).toEqual([]);
});

test.each<[keyof Bindings, string, string[]]>([
  ["USER_TOKEN_KEYS", "too-short", ["USER_TOKEN_KEYS"]],
  ["USER_TOKEN_KEYS", " ", ["USER_TOKEN_KEYS"]],
  ["USER_TOKEN_ISSUER", "https://id.example", ["USER_TOKEN_KEYS"]],
  ["USER_TOKEN_COOKIE", "no name", ["USER_TOKEN_KEYS", "USER_TOKEN_COOKIE"]],
  ["USER_TOKEN_COOKIE", "spillway_visitor", ["USER_TOKEN_KEYS", "USER_TOKEN_COOKIE"]],
  ["USER_TOKEN_COOKIE", "__Host-spillway_visitor", ["USER_TOKEN_KEYS", "USER_TOKEN_COOKIE"]],
  ["USER_TOKEN_AUDIENCE", "\n", ["USER_TOKEN_KEYS", "USER_TOKEN_AUDIENCE"]],
])("believes nobody when %s is %j, and names what is wrong", (key, value, keys) => {
  const { userTokens, problems } = readConfig({ ...BINDINGS, [key]: value });
  expect(userTokens).toMatchObject({ keys: [], cookie: "spillway_user" });
  expect(problems.map((problem) => problem.key)).toEqual(keys);
});

test.each(["USER_TOKEN_KEY", "USER_TOKENS_KEYS", "user_token_keys", "USER_TOKEN"])(
  "takes %s for a misspelt variable, names it and believes nobody",
  (name) => {
    const misspelt: Bindings = { ...BINDINGS, [name]: "a-secret-of-thirty-two-characters" };
    const { userTokens, problems } = readConfig(misspelt);
    expect(userTokens?.keys).toEqual([]);
    expect(problems.map(({ key }) => key)).toContain(name);
  },
);

test("a claim that cannot be read is checked by nobody's token", () => {
  const keys = { USER_TOKEN_KEYS: "a-secret-of-thirty-two-characters" };
  const read = (issuer: string) => readConfig({ ...BINDINGS, ...keys, USER_TOKEN_ISSUER: issuer }).userTokens;
  expect(read("https://id.example\n")).toMatchObject({ issuer: "https://id.example", keys: [{}] });
  expect(read(" \n")).toMatchObject({ keys: [] });
});

test("takes numbers, lists and tables of wrangler.toml for the JSON that they are", () => {
  const variables: object = {
    READ_CYCLE_MS: 100,
    ALLOWED_ORIGINS: ["https://app.example.com"],
    USER_TOKEN_KEYS: { keys: [{ kty: "oct", k: "a".repeat(43) }] },
  };
  const { readCycleMs, userTokens, problems } = readConfig({ ...BINDINGS, ...variables });
  expect([readCycleMs, userTokens?.keys.length]).toEqual([100, 1]);
  expect(problems.map(({ key }) => key)).toEqual(["ALLOWED_ORIGINS"]);
});

test("takes several web origins", () => {
  const { allowedOrigins } = readConfig({
    ...BINDINGS,
    ALLOWED_ORIGINS: "https://app.example.com, http://localhost:3000 null",
  });
  expect(allowedOrigins).toEqual(["https://app.example.com", "http://localhost:3000", "null"]);
});

test("counts the hosts of allowed origins as the site's own, beside those that are named", () => {
  const config = readConfig({
    ...BINDINGS,
    ALLOWED_ORIGINS: "https://www.app.example.com, null, http://localhost:3000",
    OWN_HOSTS: "*.Sport.example.org, login.partner.example:8443",
    RETURN_HOSTS: "cashier.bank.example",
  });
  expect(config.ownHosts).toEqual([
    "app.example.com",
    "localhost:3000",
    "sport.example.org",
    "login.partner.example:8443",
  ]);
  expect(config).toMatchObject({ returnHosts: ["cashier.bank.example"], problems: [] });
});

test.each(["https://tv.example", "tv.example/live", "a b@c", "*.", "tv.*"])("%j is no host", (entry) => {
  const { problems, ownHosts } = readConfig({ ...BINDINGS, OWN_HOSTS: `${entry} tv.example.org` });
  expect(problems).toContainEqual({ key: "OWN_HOSTS", reason: expect.stringContaining("is not a host") });
  expect(ownHosts).toContain("tv.example.org");
});

const sendBatch = (): Promise<void> => Promise.resolve();

test("finds every queue for events, by their numbers", () => {
  const [second, tenth] = [
    { name: "2", sendBatch },
    { name: "10", sendBatch },
  ] as unknown as Queue[];
  const queues = eventQueues({
    ...BINDINGS,
    EVENTS_10: tenth,
    EVENTS_2: second,
    EVENTS_3: "a variable",
    RETRY_BASE_S: "1",
  } as unknown as Bindings);
  expect(queues).toEqual([env.EVENTS, second, tenth]);
});
