/** What a visit's signals decide about it: its cluster, and the operator's rule and holdout. Pure. */
import type { Cluster } from "@spillway/shared/clusters/cluster-index.ts";
import type { Holdout } from "@spillway/shared/routing/holdout.ts";
import type { RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import { stickyDraw } from "@spillway/shared/routing/sticky-draw.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { ruleInForce } from "@spillway/shared/routing/rule-clusters.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import { assignCluster } from "../published/cluster-source.ts";
import { audienceOf, type AudienceConfig } from "../request/audience.ts";
import { requestSignals } from "../request/request-signals.ts";
import { holdoutOf } from "./holdout-policy.ts";
import type { ViewerReading } from "../viewer/viewer.ts";
import type { Visit } from "./visit.ts";

export type PlacedVisit = Visit & {
  /** What its own carrier says of the viewer. */
  readonly viewerReading: ViewerReading;
  readonly signals: Signals;
  readonly audience: Audience;
  readonly rule: RuleOutcome | undefined;
  readonly cluster: Cluster;
  /** How a visitor of the holdout is served; undefined for all others. */
  readonly heldOut: Holdout["serve"] | undefined;
};

export function placeVisit(
  visit: Visit,
  viewerReading: ViewerReading,
  site: SiteHosts & AudienceConfig,
): PlacedVisit {
  const { clusters, routing } = visit.state;
  const signals = requestSignals(visit.incoming, viewerReading.signals, site);
  const audience = audienceOf(visit, signals, site);
  const { nowMs } = visit.requestContext;
  const { user } = visit.visitor;
  const matching = routing.rules.outcomeFor({
    signals,
    context: visit.query.context,
    band: routing.bandAt(nowMs).name,
    country: audience.country,
    nowMs,
    shareOf: (salt) => stickyDraw(salt, user),
  });
  const rule = ruleInForce(matching, clusters);
  const cluster = assignCluster(clusters, rule, signals);
  const heldOut = holdoutOf(routing, rule, user);
  return { ...visit, viewerReading, signals, audience, rule, cluster, heldOut };
}
