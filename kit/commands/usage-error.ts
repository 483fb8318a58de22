/** Something that was asked for wrongly: its message is all that the user needs. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
