/**
 * What a row of visits tells about its request: signals read from it by the shipped reader, or already read.
 * Pure.
 */
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { NO_SIGNALS, NONE } from "@spillway/shared/signals/signals.ts";
import type { VisitSignals } from "./visit-table.ts";

/** Empty: the row does not tell. */
export type ToldRequest = {
  readonly url: string;
  readonly referrer: string;
  readonly agent: string;
  readonly country: string;
  readonly cookies: string;
};

export type ToldSignals = Partial<Record<keyof VisitSignals, string>>;

/**
 * `told` are signals that were already read, as columns of their own: they hold, whatever the request says.
 * Their values may be others than the reader's, such as regions within a country.
 */
export function visitSignals(
  request: ToldRequest,
  told: ToldSignals,
  ownHosts: readonly string[],
): VisitSignals {
  const signals: Record<keyof VisitSignals, string> = { ...fromRequest(request, ownHosts) };
  for (const [name, text] of Object.entries(told) as [keyof VisitSignals, string][]) {
    signals[name] = valueOf(name, text);
  }
  return signals;
}

/** In the letter case that the reader's own values have. */
function valueOf(name: keyof VisitSignals, text: string): string {
  const value = toSignalValue(text);
  if (value.toLowerCase() === NONE) return NO_SIGNALS[name];
  return name === "team" || name === "region" ? value.toUpperCase() : value.toLowerCase();
}

function fromRequest(
  { url, referrer, agent, country, cookies }: ToldRequest,
  ownHosts: readonly string[],
): VisitSignals {
  if (url === "" && referrer === "" && agent === "" && country === "" && cookies === "") return NO_SIGNALS;
  const headers: Readonly<Record<string, string>> = {
    referer: referrer,
    "user-agent": agent,
    cookie: cookies,
  };
  const { host, search } = URL.parse(url, "https://site.invalid/") ?? { host: "", search: "" };
  return readSignals({
    url: { host, search },
    header: (name) => headers[name] || null,
    country: country === "" ? undefined : country,
    ownHosts,
  });
}
