/** Returns the message of a caught error as one line of text for a log, an operator or a client. Pure. */

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message of a failed `fetch` says only that it failed, so the reason is in its cause. */
export function fetchReasonOf(error: unknown): string {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return reasonOf(error);
  const { cause } = error;
  return cause.message || ("code" in cause ? String(cause.code) : error.message);
}
