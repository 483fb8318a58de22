/** A Workers request → signals. */
import { readSignals } from "@spillway/shared/read-signals/read-signals.ts";
import type { Signals } from "@spillway/shared/signals.ts";

export function requestSignals(request: Request, url: URL): Signals {
  const country = request.cf?.["country"];
  return readSignals({
    url,
    header: (name) => request.headers.get(name),
    ...(typeof country === "string" && { country }),
  });
}
