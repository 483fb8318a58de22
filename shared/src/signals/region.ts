/** Region: the country that the platform knows, unless a gateway passes a better one as parameter. */
import { NONE } from "./signals.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

const COUNTRY_CODE = /^[A-Za-z]{2}$/;

export function readRegion(request: Query, country: string | undefined): TracedValue {
  return (
    readCode(request.region, "parameter region") ??
    readCode(country, "platform country") ?? { value: NONE, source: DEFAULT_SOURCE }
  );
}

/** Cloudflare sends `XX` for an unknown country and `T1` for Tor. */
function readCode(text: string | undefined, source: string): TracedValue | undefined {
  if (text === undefined || !COUNTRY_CODE.test(text)) return undefined;
  const code = text.toUpperCase();
  return code === "XX" ? undefined : { value: code, source };
}
