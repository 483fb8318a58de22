/** Why a backup or a restore did not happen. The message is all that the operator needs. */
export type BackupProblem =
  /** The options or the paths are wrong. */
  | "usage"
  /** The file is no backup, or is not whole; or the data could not be copied. */
  | "failed"
  /** Other processes use the data folder, or write to it without a pause. */
  | "busy";

export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly problem: BackupProblem;

  constructor(problem: BackupProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
