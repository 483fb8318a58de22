/**
 * Describes each key of routing.toml. docs/configuration.md is generated from these texts and from the schema
 * in routing.ts. A key without a description does not compile. No service imports this file.
 */
import type { Band, Routing } from "./routing.ts";
import type { FileExpected, FileRule, RuleTest } from "./file/routing-file.ts";

type Key =
  | Exclude<keyof Routing, "bands" | "rules" | "expected" | "holdout" | "tailoring">
  | `bands[].${keyof Band}`
  | `rules[].${keyof FileRule}`
  | `rules[].tests[].${keyof RuleTest}`
  | `expected[].${keyof FileExpected}`
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
  "rules[].if":
    "instead of `when`, a condition in a subset of CEL: `== != in && || !`, parentheses and `startsWith`, over the signals, `context`, `band` and `country`",
  "rules[].from":
    "from when it holds, inclusive: an instant such as `2026-07-10T19:30:00+02:00`, or a local time in `time_zone`; otherwise it has always held",
  "rules[].until": "until when it holds, exclusive, in the same forms; otherwise it does not end",
  "rules[].contexts": "the contexts that it holds for; otherwise all",
  "rules[].share": "the share of users that it holds for, drawn by user and name of the rule; otherwise all",
  "rules[].note": "why there is such a rule; it stays in the file",
  "rules[].tests":
    "`[[rules.tests]]` below a rule: what the file's rules must decide for a request; run by `check` and `push`",
  "rules[].tests[].signals":
    "what the request tells, as links and cookies have it; what is left out tells nothing",
  "rules[].tests[].context": "`homepage`, if it is left out",
  "rules[].tests[].band": "otherwise the band that holds at that time",
  "rules[].tests[].country": "where the viewer is; otherwise nobody knows",
  "rules[].tests[].at":
    "the time of the request; otherwise when the rule begins, or just before it ends. For a rule that always holds it is no time at all, and rules with a time do not hold",
  "rules[].tests[].user": "whose draw counts for a `share`; otherwise the visitor is in every share",
  "rules[].tests[].expect":
    "what is to be decided: `individual`, `tailored`, `generic`, a cluster, or `none` where no rule is to hold",
  "rules[].allow_unknown":
    "`true`: the index need not have the cluster yet; until it has, the learned index decides. Otherwise such a rule is an error",
  allow_unknown: "the same for all rules that do not say it themselves",
  "expected[].name": "what it is, for whoever reads the file",
  "expected[].at":
    "when a crowd is expected: an instant such as `2026-07-10T21:00:00+02:00`, or a local time in `time_zone`",
  "expected[].before_s":
    "so many seconds before, isolates begin to hold shares, so that the crowd's first moment offers no more than the threshold",
  "expected[].after_s":
    "so many seconds after, the window ends; before that when the crowd has come and gone, or when it has cost ten seconds' worth of the threshold",
  expect_matches: "`false`: the beginnings of the catalogue's matches (`startsAt`) are not expected too",
  "holdout.share": "share of the visitors, drawn by a hash, who are served otherwise",
  "holdout.serve":
    "`generic`: everybody's page; `individual`: the origin is asked even over the threshold, and its gate decides",
  "holdout.salt": "another text draws other visitors",
  "tailoring.history":
    "what may carry a viewer's history to the edge: the viewer cookie, the viewer map in KV, a list of both, or nothing",
  "tailoring.consent_cookie":
    "`name` or `name=value`: the cookie without which no history travels, by neither carrier. A name alone: any value but an empty one",
};
