/**
 * A vitest reporter that writes what failed into the file `FAILED_TESTS`, a line each, so that `pnpm test`
 * can end with it: a log's last lines are often all that somebody sees of it.
 */
import { writeFileSync } from "node:fs";
import type { Reporter } from "vitest/node";

/** @public Vitest loads a reporter by its default export. */
export default class FailedTests implements Reporter {
  onTestRunEnd: NonNullable<Reporter["onTestRunEnd"]> = (modules, unhandledErrors) => {
    const file = process.env["FAILED_TESTS"];
    if (file === undefined) return;
    const lines: string[] = [];
    const add = (where: string, errors: readonly { message: string }[]) => {
      const [message = ""] = (errors[0]?.message ?? "").split("\n");
      lines.push(`${where}: ${message}`);
    };
    for (const module of modules) {
      if (module.errors().length > 0) add(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) add(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests("failed"))
        add(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors ?? []);
    }
    for (const error of unhandledErrors) add("outside of any test", [error]);
    writeFileSync(file, lines.join("\n"));
  };
}
