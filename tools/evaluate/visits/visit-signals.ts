/** What a row of visits tells about its request: signals read from it by the shipped reader, or already read. Pure. */
import { plainValue } from "@spillway/shared/signals/plain-value.ts";
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { DEVICES, ENTRY_PATHS, NO_SIGNALS, NONE } from "@spillway/shared/signals/signals.ts";
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

export type ReadVisitSignals =
  | { readonly ok: true; readonly signals: VisitSignals }
  | { readonly ok: false; readonly reason: string };

/** `told` are signals that were already read, as columns of their own: they hold, whatever the request says. */
export function visitSignals(
  request: ToldRequest,
  told: ToldSignals,
  ownHosts: readonly string[],
): ReadVisitSignals {
  const signals: Record<keyof VisitSignals, string> = { ...fromRequest(request, ownHosts) };
  for (const [name, text] of Object.entries(told) as [keyof VisitSignals, string][]) {
    const value = READERS[name](text);
    if (value === undefined)
      return { ok: false, reason: `${name}: ${JSON.stringify(text.slice(0, 40))} ${WRONG[name]}` };
    signals[name] = value;
  }
  return { ok: true, signals };
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

type Reader = (text: string) => string | undefined;

const lowerOneOf =
  (values: readonly string[]): Reader =>
  (text) =>
    values.find((value) => value === text.trim().toLowerCase());

const code =
  (form: RegExp): Reader =>
  (text) => {
    const plain = plainValue(text)?.trim() ?? "";
    if (plain === "" || plain.toLowerCase() === NONE) return NONE;
    return form.test(plain) ? plain.toUpperCase() : undefined;
  };

const READERS: Readonly<Record<keyof VisitSignals, Reader>> = {
  team: code(/^[a-z0-9]{2,8}$/i),
  entry: lowerOneOf(ENTRY_PATHS),
  campaign: (text) => toSignalValue(text).toLowerCase(),
  event: (text) => toSignalValue(text).toLowerCase(),
  device: lowerOneOf(DEVICES),
  region: code(/^[a-z]{2}$/i),
};

const WRONG: Readonly<Record<keyof VisitSignals, string>> = {
  team: "is no team code of 2 to 8 letters and digits",
  entry: `is none of ${ENTRY_PATHS.join(", ")}`,
  campaign: "is no campaign",
  event: "is no event",
  device: `is none of ${DEVICES.join(", ")}`,
  region: "is no country code of two letters (ISO 3166-1)",
};
