/**
 * The signal reader: everything that one request tells about its visitor. It is pure, takes a few
 * microseconds and never throws: a part that cannot be read yields no signal.
 */
import {
  NO_SIGNALS,
  SIGNAL_NAMES,
  type ProfileSignals,
  type SignalName,
  type Signals,
  type SignalTexts,
} from "./signals.ts";
import { readArrival } from "./arrival.ts";
import { readDevice } from "./device.ts";
import { readEntryPath } from "./entry-path.ts";
import { readCampaign, readEvent } from "./link-topic.ts";
import { readQuery } from "./query.ts";
import { readRegion } from "./region.ts";
import { COOKIE } from "../protocol/wire.ts";
import { readTeam } from "./team.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

export type SignalInput = {
  /** Host and query (with its `?`) of the request's URL. */
  readonly url: Pick<URL, "host" | "search">;
  /** Returns the request's header of a lower-case name. */
  readonly header: (name: string) => string | null | undefined;
  /** The country that the platform knows (Cloudflare's `cf.country`), ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  /** What only the platform knows, from the viewer's own state, and nobody else's. */
  readonly profile?: ProfileSignals | undefined;
  /** Hosts of the platform's site beside that of `url`; see own-site.ts. */
  readonly ownHosts?: readonly string[] | undefined;
  /** Domains of the platform's payment and sign-in services beside the well-known ones. */
  readonly returnHosts?: readonly string[] | undefined;
};

/**
 * Called once for each signal with its value and the input that it came from, such as `parameter team` or
 * `default`.
 */
export type SignalTrace = (signal: SignalName, value: string, source: string) => void;

const PROFILE_SOURCE = `cookie ${COOKIE.viewer}`;

export function readSignals(
  { url, header, country, profile, ownHosts, returnHosts }: SignalInput,
  trace?: SignalTrace,
): Signals {
  const request = readQuery(url.search);
  const arrival = readArrival(url, header, request, ownHosts);
  const { landing } = arrival;
  const cookies = header("cookie");
  const userAgent = header("user-agent") ?? "";

  const team = readTeam(request, landing, cookies);
  const entry = readEntryPath(request, arrival, { userAgent, cookies, returnHosts });
  const campaign = readCampaign(request, landing);
  const event = readEvent(request, landing);
  const { affinity, recency, depth } = profile ?? NO_SIGNALS;
  const device = readDevice(
    userAgent,
    () => header("sec-ch-ua-mobile"),
    () => header("sec-ch-ua-model"),
  );
  const region = readRegion(request, country);

  if (trace !== undefined) {
    const source = profile === undefined ? DEFAULT_SOURCE : PROFILE_SOURCE;
    const traced: Record<SignalName, TracedValue> = {
      team,
      entry,
      campaign,
      event,
      affinity: { value: affinity, source },
      recency: { value: recency, source },
      depth: { value: depth, source },
      device,
      region,
    };
    for (const name of SIGNAL_NAMES) trace(name, traced[name].value, traced[name].source);
  }
  const signals: Signals = {
    team: team.value,
    entry: entry.value,
    campaign: campaign.value,
    event: event.value,
    affinity,
    recency,
    depth,
    device: device.value,
    region: region.value,
  };
  if (campaign.forms === undefined && event.forms === undefined) return signals;
  return { ...signals, texts: textsOf(campaign, event) };
}

function textsOf(campaign: TracedValue, event: TracedValue): SignalTexts {
  return {
    ...(campaign.forms !== undefined && { campaign: campaign.forms }),
    ...(event.forms !== undefined && { event: event.forms }),
  };
}
