/** What a user can mend needs a message and no stack: a path or an option, and the data. */

/** Asked for wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Data that nothing can be measured on: exit code 1. */
export class DataError extends Error {
  override readonly name = "DataError";
}
