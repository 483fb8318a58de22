/**
 * What a caught value says of itself. The kit has its own, because it imports nothing of ours, not even
 * `shared`.
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
