/** Prints the addresses once everything is up. */
import type { Config } from "@spillway/origin/config.ts";

export function announce({ edgePort, port, dataDirectory }: Config): void {
  console.log(`
Spillway is up.
  storefront  http://localhost:${edgePort}/
  edge        http://localhost:${edgePort}/recommendations
  origin      http://localhost:${port}/health  (metrics: /metrics)
  data        ${dataDirectory}

Try first:
  curl -i 'localhost:${edgePort}/recommendations?user=u42&context=homepage'

Ctrl-C stops everything and keeps the data.
`);
}
