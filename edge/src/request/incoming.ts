/**
 * What the platform knows of a request. Each property and each header field of a `Request` crosses from
 * JavaScript to the platform, so each is read once.
 */
import { readAddress, type Address } from "./address.ts";

/** Header fields by their lower-case names; the platform's `Headers` are such. */
export type HeaderFields = { readonly get: (name: string) => string | null };

export type Incoming = {
  readonly address: Address;
  readonly headers: HeaderFields;
  /** ISO 3166-1 alpha-2; undefined where the platform does not know it. */
  readonly country: string | undefined;
};

export function readIncoming(request: Request, address = readAddress(request.url)): Incoming {
  const country = request.cf?.["country"];
  return {
    address,
    headers: readOnce(request.headers),
    country: typeof country === "string" ? country : undefined,
  };
}

/** Several steps look at these two; each of the others is asked for by one alone. */
function readOnce(headers: Headers): HeaderFields {
  const cookie = headers.get("cookie");
  const userAgent = headers.get("user-agent");
  return {
    get: (name) => (name === "cookie" ? cookie : name === "user-agent" ? userAgent : headers.get(name)),
  };
}
