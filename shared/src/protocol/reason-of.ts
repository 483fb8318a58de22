/** What a caught error says, as text: one line for a log, an operator or a client. Pure. */

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of a failed `fetch`, whose own message says only that it failed: its cause has the reason. */
export function fetchReasonOf(error: unknown): string {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return reasonOf(error);
  const { cause } = error;
  return cause.message || ("code" in cause ? String(cause.code) : error.message);
}
