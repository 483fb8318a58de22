/**
 * How a visitor's signals travel in a request: referrer, campaign parameters, team cookie, device agent.
 * Pure.
 */
import type { Device, EntryPath, Signals } from "@spillway/shared/signals/signals.ts";
import { NONE } from "@spillway/shared/signals/signals.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { Random } from "../random.ts";

export type SpikeRequest = {
  /** The path includes the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type Asking = {
  readonly context: string;
  /** Undefined for who is known by cookies alone, or not at all. */
  readonly user: string | undefined;
  /** Apps send the team as a parameter, browsers as the platform's cookie. */
  readonly isApp: boolean;
  readonly signals: Pick<Signals, "team" | "entry" | "campaign" | "event" | "device" | "region">;
};

const CHROME = "(KHTML, like Gecko) Chrome/150.0.0.0";
const AGENTS: Readonly<Record<Device, readonly string[]>> = {
  mobile: [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.5 Mobile/15E148 Safari/604.1",
    `Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 ${CHROME} Mobile Safari/537.36`,
  ],
  tablet: [
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  ],
  desktop: [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${CHROME} Safari/537.36`,
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.5 Safari/605.1.15",
  ],
  tv: [
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) 108.0/8.0 TV Safari/537.36",
  ],
  other: ["okhttp/5.1.0"],
};

type Way = { readonly tags?: string; readonly referrers?: readonly string[] };

const WAYS: Readonly<Record<EntryPath, Way>> = {
  direct: { referrers: [""] },
  search: { referrers: ["https://www.google.com/", "https://duckduckgo.com/", "https://www.bing.com/"] },
  social: { referrers: ["https://www.facebook.com/", "https://t.co/Jq2ab9", "https://www.instagram.com/"] },
  ad: { tags: "utm_source=google&utm_medium=cpc&gclid=demo", referrers: ["https://www.google.com/"] },
  email: { tags: "utm_source=newsletter&utm_medium=email" },
  push: { tags: "utm_source=app&utm_medium=push" },
  referral: { referrers: ["https://www.marca.example/futbol/mundial", "https://www.theguardian.example/"] },
  internal: {},
};

/** `site` is the address of the edge, of which internal links are. */
export function spikeRequest(random: Random, site: string, asking: Asking): SpikeRequest {
  const { team, entry, campaign, event, device, region } = asking.signals;
  const { tags, referrers } = WAYS[entry];
  const parameters = new URLSearchParams({ context: asking.context });
  if (asking.user !== undefined) parameters.set("user", asking.user);
  if (asking.isApp && team !== NONE) parameters.set("team", team);
  for (const [name, value] of new URLSearchParams(tags)) parameters.set(name, value);
  if (campaign !== NONE) parameters.set("utm_campaign", campaign);
  if (event !== NONE) parameters.set("event", event);
  if (region !== NONE) parameters.set("region", region);
  const referrer = entry === "internal" ? `${site}/` : referrers && random.pick(referrers);
  return {
    path: `/recommendations?${parameters.toString()}`,
    headers: {
      "user-agent": random.pick(AGENTS[device]),
      ...(referrer !== undefined && referrer !== "" && { referer: referrer }),
      ...(!asking.isApp && team !== NONE && { cookie: `${COOKIE.team}=${team}` }),
    },
  };
}
