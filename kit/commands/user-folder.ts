/** A script of the workspace runs at the top of the checkout, wherever the user stands. */
import { chdir } from "node:process";

/**
 * So that relative paths in arguments mean what the user means. `script`: the package's script that runs this
 * process.
 */
export function standWhereTheUserStands(script: string): void {
  const { npm_lifecycle_event: running, INIT_CWD: folder } = process.env;
  // Inherited by whatever another script starts: there it is not the user's.
  if (running === script && folder !== undefined) chdir(folder);
}
