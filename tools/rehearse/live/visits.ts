/** Who comes: requests as a streaming app's visitors would make them, first-time ones among them. */
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { Draws } from "@spillway/simulation/fleet/draws.ts";

export type Visit = {
  /** The path includes the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** The demo's audience is u0 to u19999. */
const KNOWN_USERS = 20_000;
/** The share of visitors without a history; half of them have no user id either. */
const FIRST_TIME_SHARE = 0.3;
const WITH_TEAM_SHARE = 0.6;
const TEAMS = ["ESP", "BEL", "ENG", "FRA", "ARG", "NOR", "MAR", "SUI", "BRA", "GER", "MEX", "JPN"];
const REGIONS = ["ES", "BE", "GB", "FR", "AR", "NO", "MA", "CH", "BR", "DE"];

/** What the link that they followed tells: query parameters and a referrer. */
const LINKS: readonly { readonly query?: string; readonly referrer?: string }[] = [
  {},
  {},
  { referrer: "https://www.google.com/" },
  { referrer: "https://duckduckgo.com/" },
  { referrer: "https://www.facebook.com/" },
  { referrer: "https://t.co/Jq2ab9" },
  { referrer: "https://www.marca.com/futbol/mundial.html" },
  { query: "utm_source=google&utm_medium=cpc&utm_campaign=qf-esp-bel&gclid=x1" },
  { query: "utm_source=instagram&utm_medium=paid_social&utm_campaign=kids-holidays" },
  { query: "utm_source=newsletter&utm_medium=email&utm_campaign=summer-movies" },
  { query: "utm_source=newsletter&utm_medium=email&utm_campaign=qf-fra-mar&match=match-97-fra-mar" },
  { query: "utm_source=app&utm_medium=push&utm_campaign=qf-esp-bel&match=match-98-esp-bel" },
  {
    query: "utm_source=facebook&utm_medium=social&utm_campaign=qf-nor-eng",
    referrer: "https://m.facebook.com/",
  },
];
const USER_AGENTS = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
];

export function drawVisit({ uniform }: Pick<Draws, "uniform">): Visit {
  const pick = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(uniform() * values.length)];
  const parts = ["context=homepage"];
  const headers: Record<string, string> = { "user-agent": pick(USER_AGENTS) ?? "" };
  if (uniform() >= FIRST_TIME_SHARE) parts.push(`user=u${Math.floor(uniform() * KNOWN_USERS)}`);
  else if (uniform() < 0.5) parts.push(`user=new-${Math.floor(uniform() * 1e9)}`);
  if (uniform() < WITH_TEAM_SHARE) {
    const team = pick(TEAMS);
    if (uniform() < 0.5) parts.push(`team=${team}`);
    else headers["cookie"] = `${COOKIE.team}=${team}`;
  }
  parts.push(`region=${pick(REGIONS)}`);
  const link = pick(LINKS) ?? {};
  if (link.query !== undefined) parts.push(link.query);
  if (link.referrer !== undefined) headers["referer"] = link.referrer;
  return { path: `/recommendations?${parts.join("&")}`, headers };
}
