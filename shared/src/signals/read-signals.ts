/**
 * The signal reader: everything one request tells about its visitor. Pure, a few microseconds, and it never throws:
 * what cannot be read tells nothing.
 */
import { SIGNAL_NAMES, type SignalName, type Signals } from "./signals.ts";
import { readArrival } from "./arrival.ts";
import { readDevice } from "./device.ts";
import { readEntryPath } from "./entry-path.ts";
import { readCampaign, readEvent } from "./link-topic.ts";
import { readProfileCookie } from "./profile-cookie.ts";
import { readQuery } from "./query.ts";
import { readRegion } from "./region.ts";
import { readTeam } from "./team.ts";
import type { Told } from "./told.ts";

export type SignalInput = {
  /** Of the request's URL: the host, and the query with its `?`. */
  readonly url: Pick<URL, "host" | "search">;
  /** The request's headers, by lower-case name. */
  readonly header: (name: string) => string | null | undefined;
  /** What the platform knows (Cloudflare's `cf.country`), ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
};

/** Told once for each signal: its value, and the input that gave it, such as `parameter team` or `default`. */
export type SignalTrace = (signal: SignalName, value: string, source: string) => void;

export function readSignals({ url, header, country }: SignalInput, trace?: SignalTrace): Signals {
  const request = readQuery(url.search);
  const arrival = readArrival(url, header, request);
  const { landing } = arrival;
  const cookies = header("cookie");
  const userAgent = header("user-agent") ?? "";

  const team = readTeam(request, landing, cookies);
  const entry = readEntryPath(request, arrival, userAgent);
  const campaign = readCampaign(request, landing);
  const event = readEvent(request, landing);
  const { affinity, recency, depth } = readProfileCookie(cookies);
  const device = readDevice(userAgent, header("sec-ch-ua-mobile"));
  const region = readRegion(request, country);

  if (trace !== undefined) {
    const told: Record<SignalName, Told> = {
      team,
      entry,
      campaign,
      event,
      affinity,
      recency,
      depth,
      device,
      region,
    };
    for (const name of SIGNAL_NAMES) trace(name, told[name].value, told[name].source);
  }
  return {
    team: team.value,
    entry: entry.value,
    campaign: campaign.value,
    event: event.value,
    affinity: affinity.value,
    recency: recency.value,
    depth: depth.value,
    device: device.value,
    region: region.value,
  };
}
