/** Region: the country that the platform saw, unless a gateway says better by parameter. */
import { NONE } from "./signals.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type Told } from "./told.ts";

const COUNTRY_CODE = /^[A-Za-z]{2}$/;

export function readRegion(request: Query, country: string | undefined): Told {
  return (
    told(request.region, "parameter region") ??
    told(country, "platform country") ?? { value: NONE, source: DEFAULT_SOURCE }
  );
}

/** Cloudflare says `XX` for an unknown country and `T1` for Tor. */
function told(text: string | undefined, source: string): Told | undefined {
  if (text === undefined || !COUNTRY_CODE.test(text)) return undefined;
  const code = text.toUpperCase();
  return code === "XX" ? undefined : { value: code, source };
}
