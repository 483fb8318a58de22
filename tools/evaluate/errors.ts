/** The data cannot be measured. The command ends with 1 and prints no stack, because the user can fix it. */
export class DataError extends Error {
  override readonly name = "DataError";
}
