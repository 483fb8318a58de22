/**
 * How the origin tells the edge of an aborted rollout, ahead of KV: `r13;aborted`, an RFC 9651 item. Pure.
 */

const FORM = /^(r\d{1,15});aborted$/;

export function formatAborted(id: string): string {
  return `${id};aborted`;
}

/** The rollout's id. */
export function parseAborted(text: string | null): string | undefined {
  return FORM.exec(text ?? "")?.[1];
}
