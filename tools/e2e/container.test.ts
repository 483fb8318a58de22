/**
 * The container image without a container engine: its files, its install and its command, in an empty folder.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  DockerfileParser,
  type Copy,
  type Env,
  type Instruction,
  type JSONInstruction,
} from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "@spillway/origin/config.ts";
import { environmentSchema } from "@spillway/origin/config/variables.ts";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { run, runOk } from "@spillway/kit/processes/run.ts";
import { isServing, untilReady } from "@spillway/kit/processes/until-ready.ts";
import { REPOSITORY, TOKENS } from "@spillway/cli/test/start-spillway.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-container-"));
const image = join(folder, "image");
const dockerfile = read("Dockerfile");
const instructions = DockerfileParser.parse(dockerfile).getInstructions();

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function read(name: string): string {
  return readFileSync(join(REPOSITORY, name), "utf8");
}

function all(keyword: string): Instruction[] {
  return instructions.filter((instruction) => instruction.getKeyword() === keyword);
}

/**
 * The form of `.dockerignore` that ours keeps to: `name` at the top, `**` + `/name` anywhere, with one `*` in
 * it at most.
 */
function isIgnored(path: string): boolean {
  const relative = path.slice(REPOSITORY.length);
  return read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .some((pattern) => {
      const anywhere = pattern.startsWith("**/");
      const [start = "", end] = pattern.replace("**/", "").split("*");
      const name = anywhere ? basename(path) : relative;
      return end === undefined ? name === start : name.startsWith(start) && name.endsWith(end);
    });
}

/** What the build stage copies from the checkout. */
function copyFiles(): void {
  for (const copy of all("COPY")) {
    const words = copy.getArguments().map((argument) => argument.getValue());
    if ((copy as Copy).getFromFlag() !== null) continue;
    const target = words.at(-1) ?? "";
    for (const source of words.slice(0, -1))
      cpSync(
        join(REPOSITORY, source),
        join(image, target.endsWith("/") ? target + basename(source) : target),
        {
          recursive: true,
          filter: (path) => !isIgnored(path),
        },
      );
  }
}

function environmentOfImage(): Record<string, string> {
  const properties = all("ENV").flatMap((env) => (env as Env).getProperties());
  return Object.fromEntries(properties.map((property) => [property.getName(), property.getValue() ?? ""]));
}

function shellCommandOf(instruction: Instruction | undefined): string {
  return instruction?.getArgumentsContent()?.replaceAll("\\\n", "").trim() ?? "";
}

const shell = (command: string) => ({ command: "sh", args: ["-c", command], directory: image });

test("the Dockerfile is sound", () => {
  expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
  const user = all("USER").at(-1)?.getArgumentsContent();
  expect(user).toBe("node");
});

test("the files that it copies are enough to install and to run the origin", async () => {
  copyFiles();
  // pnpm itself is what runs this test.
  const install = all("RUN")
    .map(shellCommandOf)
    .find((command) => command.startsWith("pnpm install"));
  await runOk(shell(install ?? "exit 1"));
  const port = await freePort();
  const environment = {
    ...environmentOfImage(),
    ...TOKENS,
    ORIGIN_HOST: "127.0.0.1",
    ORIGIN_PORT: String(port),
    SPILLWAY_DATA: join(folder, "data"),
    // Nobody is there: a cycle that can't publish is no reason not to serve.
    KV_API_BASE: `http://127.0.0.1:${await freePort()}`,
  };
  const [command = "", ...args] = (all("CMD")[0] as JSONInstruction)
    .getJSONStrings()
    .map((argument) => argument.getJSONValue());
  const alone = { environment, inheritEnvironment: false, directory: image };
  const origin = startProcess({ command, args, ...alone });
  try {
    const health = () => isServing(`http://127.0.0.1:${port}/health`);
    await untilReady("the origin", origin, health, { withinMs: 60_000 });
    const check = shell(shellCommandOf(all("HEALTHCHECK")[0]).replace(/^.*?CMD /s, ""));
    expect(await run({ ...check, ...alone })).toMatchObject({ code: 0 });
    const elsewhere = { ...environment, ORIGIN_PORT: "1" };
    expect(await run({ ...check, ...alone, environment: elsewhere })).toMatchObject({ code: 1 });
  } finally {
    await origin.stop();
  }
});

/** Without these it does not start, or publishes nowhere. */
const NEEDED = [...Object.keys(TOKENS), "KV_API_BASE", "KV_NAMESPACE_ID", "KV_API_TOKEN"];
/** What the image itself says, what is for an origin beside its edge, and what is for tests. */
const NOT_GIVEN =
  "ORIGIN_HOST ORIGIN_PORT SPILLWAY_DATA EDGE_PORT ALLOWED_HOSTS ALLOWED_ORIGINS OPERATOR_TOKEN ROLLOUT_STEP_S";
const NOT_OPTIONAL = new Set([...NEEDED, ...NOT_GIVEN.split(" ")]);
const OPTIONAL = Object.keys(environmentSchema.shape).filter((name) => !NOT_OPTIONAL.has(name));

type Service = {
  readonly image?: string;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
};

test("the compose file gives the origin all that it needs, and names what exists", () => {
  const { services, volumes, secrets } = parse(read("compose.yaml")) as Compose;
  const given = services["origin"]?.environment ?? {};
  // What is not needed at all times may be empty.
  for (const [name, value] of Object.entries(given)) {
    const form = OPTIONAL.includes(name) ? ":-" : ":\\?.+";
    expect(value).toMatch(new RegExp(`^\\$\\{${name}${form}\\}$`));
  }
  const values = {
    ...TOKENS,
    KV_API_BASE: "https://kv.example/accounts/a",
    KV_NAMESPACE_ID: "n",
    KV_API_TOKEN: "t",
    ...Object.fromEntries(OPTIONAL.map((name) => [name, ""])),
  };
  expect(Object.keys(given).toSorted()).toEqual(Object.keys(values).toSorted());
  expect(loadConfig({ ...environmentOfImage(), ...values })).toMatchObject({
    host: "0.0.0.0",
    dataDirectory: "/data",
  });
  const tags = Object.values(services).flatMap(({ image: tag }) => tag ?? []);
  expect(tags.filter((tag) => !/:v?\d+\.\d+\.\d+$/.test(tag))).toEqual([]);
  for (const { volumes: mounts = [], secrets: used = [] } of Object.values(services)) {
    for (const mount of mounts) {
      const source = mount.split(":")[0] ?? "";
      expect(source.startsWith("./") ? existsSync(join(REPOSITORY, source)) : source in volumes).toBe(true);
    }
    for (const secret of used) expect(given).toHaveProperty(secrets[secret]?.environment ?? "");
  }
});
