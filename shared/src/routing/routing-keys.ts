/**
 * Describes each key of routing.toml. docs/configuration.md is generated from these texts and from the schema
 * in routing.ts. A key without a description does not compile. No service imports this file.
 */
import type { Band, Routing } from "./routing.ts";
import type { Rule } from "./rules/rule-schema.ts";

type Key =
  | Exclude<keyof Routing, "bands" | "rules" | "holdout" | "tailoring">
  | `bands[].${keyof Band}`
  | `rules[].${Exclude<keyof Rule, "if" | "fromMs" | "untilMs">}`
  | `holdout.${keyof NonNullable<Routing["holdout"]>}`
  | `tailoring.${keyof NonNullable<Routing["tailoring"]>}`;

export const ROUTING_KEYS: Readonly<Record<Key, string>> = {
  time_zone: "IANA time zone of the bands' local times",
  mode: "`auto`: individual up to the threshold, cluster pages beyond; `force-cluster`: never ask the origin; `force-individual`: the gate lets everything pass",
  deadline_ms: "how long a request may wait for the origin before it gets a stored page",
  "bands[].name": "letters, digits, spaces, `-` and `_`",
  "bands[].from": "local time of day at which the band begins; it lasts until the next one begins",
  "bands[].threshold_per_s": "individually personalized responses a second that the origin may be asked for",
  "rules[].name": "by which reports, `explain` and the sample call it; otherwise `rule-3`, by its number",
  "rules[].when":
    "conditions on signals: a value, a list, or a prefix with `*`; all must match. A bare `*` matches every value but `none`",
  "rules[].then":
    "the id of a cluster whose page is served, `generic` (everybody's page), `tailored` (the visitor's own stored page, tailored where the viewer is known; the origin is not asked), or `individual` (the origin is asked)",
  "rules[].contexts": "the contexts that it holds for; otherwise all",
  "rules[].share": "the share of users that it holds for, drawn by user and name of the rule; otherwise all",
  "rules[].allow_unknown":
    "`true`: the index need not have the cluster yet; until it has, the learned index decides. Otherwise such a rule is an error",
  allow_unknown: "the same for all rules that do not say it themselves",
  "holdout.share": "share of the visitors, drawn by a hash, who are served otherwise",
  "holdout.serve":
    "`generic`: everybody's page; `individual`: the origin is asked even over the threshold, and its gate decides",
  "holdout.salt": "another text draws other visitors",
  "tailoring.history":
    "what may carry a viewer's history to the edge: the viewer cookie, the viewer map in KV, a list of both, or nothing",
  "tailoring.consent_cookie":
    "`name` or `name=value`: the cookie without which no history travels, by neither carrier. A name alone: any value but an empty one",
};
