/** Data that nothing can be measured on: exit code 1, and a message without a stack, because the user can mend it. */
export class DataError extends Error {
  override readonly name = "DataError";
}
