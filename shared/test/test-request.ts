/** For tests: reads the signals of a request that is described in a few words. */
import type { ProfileSignals, SignalName, Signals } from "../src/signals/signals.ts";
import { readSignals } from "../src/signals/read-signals.ts";

export type TestRequest = {
  /** Query of the API request. */
  readonly query?: string | undefined;
  readonly referer?: string | undefined;
  readonly cookie?: string | undefined;
  readonly agent?: string | undefined;
  readonly site?: string | undefined;
  readonly mobile?: string | undefined;
  readonly country?: string | undefined;
  readonly profile?: ProfileSignals | undefined;
  /** The edge's own address, where it is not {@link HOST}. */
  readonly host?: string | undefined;
  readonly ownHosts?: readonly string[] | undefined;
  readonly returnHosts?: readonly string[] | undefined;
};

export const HOST = "https://play.example";

export function signalsOf(request: TestRequest): Signals {
  return traceOf(request).signals;
}

export function traceOf({
  query = "",
  referer,
  cookie,
  agent,
  site,
  mobile,
  country,
  profile,
  host = HOST,
  ownHosts,
  returnHosts,
}: TestRequest): {
  readonly signals: Signals;
  readonly sources: Partial<Record<SignalName, string>>;
} {
  const headers = new Map([
    ["referer", referer],
    ["cookie", cookie],
    ["user-agent", agent],
    ["sec-fetch-site", site],
    ["sec-ch-ua-mobile", mobile],
  ]);
  const sources: Partial<Record<SignalName, string>> = {};
  const signals = readSignals(
    {
      url: new URL(`${host}/recommendations?${query}`),
      header: (name) => headers.get(name),
      country,
      profile,
      ownHosts,
      returnHosts,
    },
    (signal, value, source) => {
      if (sources[signal] !== undefined) throw new Error(`${signal} is traced twice`);
      sources[signal] = `${value} from ${source}`;
    },
  );
  return { signals, sources };
}
