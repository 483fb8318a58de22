// @ts-check
/** The rules in force, in the order in which they decide, with how many pages each decided. */
/** @import { Rule } from "@spillway/shared/routing/rules/rule-schema.ts" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { percent } from "@spillway/shared/protocol/now-sentence.ts";
import { conditionText, limitsText } from "../../model/condition-text.js";
import { request } from "../../session.js";

/** @typedef {{ version: number, pages: Hits, rules: readonly ({ name: string } & Hits)[] }} AllHits */
/** @typedef {{ hour: number, day: number }} Hits */

const LOOK_EVERY_MS = 10_000;

/**
 * @param {{ rules: readonly Rule[], version: number, by: string | undefined, pushedAt: string, warnings:
 * readonly string[] }} props
 */
export function InForce({ rules, version, by, pushedAt, warnings }) {
  const hits = useSignal(/** @type {AllHits | undefined} */ (undefined));
  useEffect(() => {
    const look = async () => {
      const reply = await request("GET", "routing/hits").catch(() => undefined);
      if (reply?.ok) hits.value = reply.body;
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [version]);
  // Those of another version are other rules'.
  const known = hits.value?.version === version ? hits.value : undefined;
  return html`<section class="panel" aria-labelledby="in-force-title">
    <h2 id="in-force-title">In force: version ${version}</h2>
    <p class="hint">
      Pushed ${pushedAt}${by === undefined ? "" : ` by ${by}`}. The first rule that holds decides.
    </p>
    ${warnings.map((warning) => html`<p key=${warning} class="problem">${warning}</p>`)}
    ${
      rules.length === 0
        ? html`<p>There are no rules: the learned index decides for everybody.</p>`
        : html`<div class="scrolled" tabindex="0" role="region" aria-label="Rules in force">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Rule</th>
                    <th scope="col">If</th>
                    <th scope="col">Then</th>
                    <th scope="col">Limits</th>
                    <th scope="col" class="number">Last hour</th>
                    <th scope="col" class="number">Last day</th>
                  </tr>
                </thead>
                <tbody>
                  ${rules.map(
                    (rule, at) =>
                      html`<tr key=${at}>
                        <th scope="row">${rule.name ?? `rule-${at + 1}`}</th>
                        <td><code>${conditionText(rule)}</code></td>
                        <td>${rule.then}</td>
                        <td>${limitsText(rule)}</td>
                        <td class="number">${hitsText(known, at, "hour")}</td>
                        <td class="number">${hitsText(known, at, "day")}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>
            <p class="hint">
              Pages that a rule decided, as isolates have sampled them; some ten seconds old.
              ${known !== undefined && ` Of ${counted(known.pages.day, "page")} in the last day.`}
            </p>`
    }
  </section>`;
}

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {AllHits | undefined} known @param {number} at @param {"hour" | "day"} span */
function hitsText(known, at, span) {
  const hits = known?.rules[at]?.[span];
  const pages = known?.pages[span] ?? 0;
  // Of nobody who came, nobody can have met the rule.
  if (hits === undefined || pages === 0) return "–";
  if (hits === 0) return span === "day" ? "never hit" : "0";
  return `${COUNT.format(hits)} (${percent(Math.min(1, hits / pages))})`;
}
