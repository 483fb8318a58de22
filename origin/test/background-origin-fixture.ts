/** For tests: a process that has a background process of its own, and prints that one's id. */
import { fileURLToPath } from "node:url";
import { createBackgroundProcess } from "../src/background/background-process.ts";
import type { AskedOfFixture } from "./background-fixture.ts";

const main = fileURLToPath(new URL("background-fixture.ts", import.meta.url));
const { run } = createBackgroundProcess<AskedOfFixture, string>(main, 60_000);
const act = process.argv[2] === "compute" ? "compute" : "never";
void run({ act }, { onProgress: ({ done }) => process.stdout.write(String(done)) });
