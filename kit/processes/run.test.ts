import { expect, test } from "vitest";
import { run, runOk } from "./run.ts";
import { runMeasured } from "./run-measured.ts";

const SCRIPT = 'console.log("out"); console.error("err", process.env.GIVEN); process.exitCode = 3';
const asked = { args: ["--eval", SCRIPT], environment: { GIVEN: "so" } };

test("an exit code is a result, with everything printed", async () => {
  expect(await run(asked)).toEqual({ code: 3, stdout: "out\n", stderr: "err so\n" });
});

test("an exit code other than 0 throws with what was printed, where 0 is expected", async () => {
  await expect(runOk(asked)).rejects.toThrow(/ended with 3:\nerr so\nout/);
  expect(await runOk({ args: ["--eval", ""] })).toMatchObject({ code: 0 });
});

test("what cannot be started throws", async () => {
  await expect(run({ command: "/no/such/command", args: [] })).rejects.toThrow("ENOENT");
});

test("passes our own environment on only where it is to", async () => {
  process.env["KIT_RUN_TEST"] = "ours";
  const args = ["--eval", "console.log(process.env.KIT_RUN_TEST)"];
  const printed = [await run({ args }), await run({ args, inheritEnvironment: false })];
  delete process.env["KIT_RUN_TEST"];
  expect(printed.map(({ stdout }) => stdout)).toEqual(["ours\n", "undefined\n"]);
});

test("a measured run tells what it printed, its time and its memory", async () => {
  const measured = await runMeasured(["--eval", 'console.log("out")']);
  expect(measured.stdout).toBe("out\n");
  expect(measured.peakMiB).toBeGreaterThan(1);
  await expect(runMeasured(["--eval", "process.exit(4)"])).rejects.toThrow("ended with 4");
});
