/**
 * The headers that responses with one page share for a second. In a spike a page is asked for many times a
 * second, and each field that is set crosses from JavaScript to the platform; a `Headers` that is at hand is
 * copied by the platform itself.
 */

/** What the fields follow from, beside the page, which its bytes stand for. */
export type SharedBy = {
  /** Of the content's clock. */
  readonly second: number;
  readonly ageS: number | undefined;
  readonly reason: string;
  /** The rung. */
  readonly as: string;
  readonly assigned: string;
  readonly entryCookie: string | undefined;
  /** Of that cookie. */
  readonly secure: boolean;
};

type Shared = { readonly by: SharedBy; headers: Headers | undefined };

const sharedByBody = new WeakMap<Uint8Array, Shared>();

/**
 * Undefined for the first of them in a second: most pages of a quiet isolate are asked for once, and making
 * a `Headers` ahead would only cost them.
 */
export function sharedHeaders(body: Uint8Array, by: SharedBy, make: () => Headers): Headers | undefined {
  const shared = sharedByBody.get(body);
  if (shared === undefined || !areEqual(shared.by, by)) {
    sharedByBody.set(body, { by, headers: undefined });
    return undefined;
  }
  return (shared.headers ??= make());
}

function areEqual(one: SharedBy, other: SharedBy): boolean {
  return (
    one.second === other.second &&
    one.ageS === other.ageS &&
    one.reason === other.reason &&
    one.as === other.as &&
    one.assigned === other.assigned &&
    one.entryCookie === other.entryCookie &&
    one.secure === other.secure
  );
}
