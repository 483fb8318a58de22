/** The entry point of `pnpm spillway …`. */
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { standWhereTheUserStands } from "@spillway/kit/commands/user-folder.ts";
import { endingOf } from "@spillway/origin/exit.ts";
import { keepFilesPrivate } from "@spillway/store/folder/private-files.ts";
import { nameWriter } from "./name-writer.ts";
import { spillwayProgram } from "./program.ts";

standWhereTheUserStands("spillway");
keepFilesPrivate();

try {
  await exitOnUsageError(await spillwayProgram(process.argv[2])).parseAsync();
} catch (error) {
  const { text, code } = endingOf(error, nameWriter);
  console.error(text);
  process.exit(code);
}
