/** The entry point of `pnpm spillway …`. */
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { standWhereTheUserStands } from "@spillway/kit/commands/user-folder.ts";
import { keepFilesPrivate } from "@spillway/store/folder/private-files.ts";
import { spillwayProgram } from "./program.ts";

standWhereTheUserStands("spillway");
keepFilesPrivate();

try {
  await exitOnUsageError(await spillwayProgram(process.argv[2])).parseAsync();
} catch (error) {
  // They load the database's modules, which most commands do without.
  const [{ endingOf }, { nameWriter }] = await Promise.all([
    import("@spillway/origin/exit.ts"),
    import("./name-writer.ts"),
  ]);
  const { text, code } = endingOf(error, nameWriter);
  console.error(text);
  process.exit(code);
}
