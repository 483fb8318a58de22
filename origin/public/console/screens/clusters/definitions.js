// @ts-check
/** What the columns of the list mean, on the screen itself. */
import { html } from "htm/preact";

export function Definitions() {
  return html`<details class="definitions">
    <summary>What the columns mean</summary>
    <dl class="facts">
      <div>
        <dt>Last hour, last day</dt>
        <dd>
          Pages of this cluster among all that were served in the last 60 minutes and 24 hours, as isolates
          have reported them, some 20 s late. An individual or tailored page counts for its viewer's cluster;
          another for the cluster whose page it was.
        </dd>
      </div>
      <div>
        <dt>Members</dt>
        <dd>People of the audience from which the newest cycle has learned.</dd>
      </div>
      <div>
        <dt>Gain</dt>
        <dd>
          By how much the cluster's page is nearer than its parent's, and than the generic one, to what its
          members would be shown individually: the share of the mean squared distance of tastes that it takes
          away. 0 %: no nearer; 100 %: everybody's own page. It is measured on the members from whom the page
          was made. "–": not measured before the next cycle.
        </dd>
      </div>
      <div>
        <dt>Page unchanged for</dt>
        <dd>
          Since its content last changed. Each cycle looks at every page, and keeps one that would hardly
          change.
        </dd>
      </div>
    </dl>
  </details>`;
}
