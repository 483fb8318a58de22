// @ts-check
/** What holds of all clusters, in a sentence; and plainly what is not known yet. */
/** @import { ClusterList } from "@spillway/shared/clusters/listed-clusters.ts" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { html } from "htm/preact";
import { callsOf } from "@spillway/shared/clusters/listed-clusters.ts";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import { Command } from "../../parts/command.js";
import { COUNT, mixText } from "./traffic.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param {{ list: ClusterList | undefined }} props */
export function ListSentence({ list }) {
  if (list === undefined) return html`<h1 class="sentence" aria-busy="true">Reading the clusters…</h1>`;
  const { clusters, cycle, traffic, at } = list;
  if (clusters.length === 0)
    return html`<h1 class="sentence">There are no clusters yet: no refresh cycle has ended.</h1>
      <p class="hint">Until then everybody gets the generic page. To run a cycle now:</p>
      <${Command} text="pnpm spillway publish --wait" />`;
  const leaves = clusters.filter(({ leaf }) => leaf).length;
  const [hour, day] = [callsOf(traffic.hour), callsOf(traffic.day)];
  const served =
    day === 0
      ? "no page was reported in the last 24 hours."
      : hour === 0
        ? `no page in the last hour, ${COUNT.format(day)} in the last day.`
        : `${counted(hour, "page")} in the last hour: ${mixText(traffic.hour)}.`;
  const sinceMs = traffic.since === null ? undefined : Date.parse(at) - Date.parse(traffic.since);
  const who =
    clusters.length === 1
      ? "One cluster, which is everybody: too few people are known to tell them apart"
      : counted(leaves, "cluster");
  return html`<h1 class="sentence">${who}; ${served}</h1>
    <p class="hint">
      As of ${at.slice(11, 19)} UTC.${" "}
      ${
        cycle === null
          ? "No refresh cycle has ended well yet. "
          : `The newest cycle, generation ${cycle.generation}, ended ${duration(Date.parse(at) - Date.parse(cycle.endedAt))} ago. `
      }
      ${
        sinceMs !== undefined &&
        sinceMs < DAY_MS - HOUR_MS &&
        `The serving log has nothing older than ${duration(sinceMs)}, so the last day is as young. `
      }
      ${
        traffic.outside.day > 0 &&
        `${percent(traffic.outside.day / day)} of the last day's pages were of clusters that the tree has no more, or of none. `
      }
    </p>`;
}
