/** A Workers request → signals. */
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { ProfileSignals, Signals } from "@spillway/shared/signals/signals.ts";
import type { Incoming } from "./incoming.ts";

/** `profile`: what the viewer's own state says of them. */
export function requestSignals(
  { address, headers, country }: Incoming,
  profile: ProfileSignals | undefined,
  site?: SiteHosts,
): Signals {
  return readSignals({
    url: address,
    header: (name) => headers.get(name),
    country,
    profile,
    ownHosts: site?.ownHosts,
    returnHosts: site?.returnHosts,
  });
}
