/** The parts of a request's address that serving looks at. */

export type Address = {
  /** The host, with the port where there is one. */
  readonly host: string;
  /** As it was sent, and so with its escapes. */
  readonly path: string;
  /** The query with its `?`; empty where there is none. */
  readonly search: string;
  readonly secure: boolean;
};

/**
 * `url` is the platform's `Request.url`, absolute and normalized, so that string operations are enough. A
 * `URL` object takes twice as long as reading the signals, since each property crosses from JavaScript to the
 * platform.
 */
export function readAddress(url: string): Address {
  const hostStart = url.indexOf("://") + 3;
  const hash = url.indexOf("#");
  const whole = hash === -1 ? url : url.slice(0, hash);
  const question = whole.indexOf("?");
  const beforeQuery = question === -1 ? whole : whole.slice(0, question);
  const slash = beforeQuery.indexOf("/", hostStart);
  return {
    path: slash === -1 ? "/" : beforeQuery.slice(slash),
    host: slash === -1 ? beforeQuery.slice(hostStart) : beforeQuery.slice(hostStart, slash),
    search: question === -1 ? "" : whole.slice(question),
    secure: url.startsWith("https:"),
  };
}
