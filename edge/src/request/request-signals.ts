/** A Workers request → signals. */
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { Incoming } from "./incoming.ts";

export function requestSignals({ address, headers, country }: Incoming, site?: SiteHosts): Signals {
  return readSignals({
    url: address,
    header: (name) => headers.get(name),
    country,
    ownHosts: site?.ownHosts,
    returnHosts: site?.returnHosts,
  });
}
