/** Prints the addresses once everything is up. */
import type { Config } from "@spillway/origin/config.ts";

export function announce({ edgePort, port, dataDirectory }: Config): void {
  console.log(`
Spillway is up.
  storefront  http://localhost:${edgePort}/
  console     http://localhost:${port}/console/  (sign in with the ADMIN_TOKEN of .dev.vars)
  edge        http://localhost:${edgePort}/recommendations
  origin      http://localhost:${port}/health  (metrics: /metrics)
  data        ${dataDirectory}

Try first:
  curl -i 'localhost:${edgePort}/recommendations?user=u42&context=homepage'

A spike to look at: Kick-off in the storefront, or
  pnpm spillway spike --to 100T --for 60s --kill-origin-at 20s

Ctrl-C stops everything and keeps the data.
`);
}
