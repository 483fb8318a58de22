/** A Workers request → signals. */
import { readSignals, type SignalInput } from "@spillway/shared/signals/read-signals.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";

export function requestSignals(request: Request, url: SignalInput["url"], site?: SiteHosts): Signals {
  const country = request.cf?.["country"];
  const { headers } = request;
  return readSignals({
    url,
    header: (name) => headers.get(name),
    country: typeof country === "string" ? country : undefined,
    ownHosts: site?.ownHosts,
    returnHosts: site?.returnHosts,
  });
}
