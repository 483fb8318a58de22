// @ts-check
/** The rules in force, in the order in which they decide. */
/** @import { Rule } from "@spillway/shared/routing/rules/rule-schema.ts" */
import { html } from "htm/preact";
import { conditionText, limitsText } from "../../model/condition-text.js";

/**
 * @param {{ rules: readonly Rule[], version: number, by: string | undefined, pushedAt: string, warnings:
 * readonly string[] }} props
 */
export function InForce({ rules, version, by, pushedAt, warnings }) {
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
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}
