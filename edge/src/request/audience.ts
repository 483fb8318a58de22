/**
 * Whom a request's page is for. Rights bind to where a viewer really is, so the platform's word on the
 * country counts, and no parameter's; and a limit of age may be made stricter by anybody, but not looser than
 * proven.
 */
import { readAgeLimit, strictest } from "@spillway/shared/protocol/audience.ts";
import type { Query } from "@spillway/shared/protocol/request-query.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { readTerritory } from "@spillway/shared/protocol/territories.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import { readCookie } from "@spillway/shared/signals/cookies.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { Incoming } from "./incoming.ts";

export type AudienceConfig = {
  /** True where whoever calls the edge may say which country it is about. */
  readonly trustsCountryParameter: boolean;
};

type Asked = {
  readonly incoming: Pick<Incoming, "headers" | "country">;
  readonly query: Pick<Query, "audience">;
  /** The limit in the token; undefined where it has none. */
  readonly provenAgeLimit: number | undefined;
};

export function audienceOf(
  { incoming, query, provenAgeLimit }: Asked,
  { region }: Pick<Signals, "region">,
  { trustsCountryParameter }: AudienceConfig,
): Audience {
  const { country, headers } = incoming;
  const { audience: named } = query;
  return {
    // What the platform calls unknown (XX, T1) is unknown, whatever a parameter says.
    country:
      country === undefined || trustsCountryParameter
        ? (named.country ?? readTerritory(region))
        : readTerritory(country),
    ageLimit: strictest(provenAgeLimit, named.ageLimit, cookieLimit(headers.get("cookie"))),
  };
}

/** A limit that cannot be read was meant as one: it counts as the strictest. */
function cookieLimit(cookies: string | null): number | undefined {
  const text = readCookie(cookies, COOKIE.rating);
  return text === undefined || text === "" ? undefined : (readAgeLimit(text) ?? 0);
}
