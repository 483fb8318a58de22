// @ts-check
/** The figures of this moment, each with its age. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { html } from "htm/preact";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import { goneMs } from "../../live.js";
import { Tile } from "../../parts/tile.js";
import { perSecond, recentOf } from "../../model/figures.js";

/** What is known where isolates ask nothing. @param {NowState["mix"]} mix @param {number} calls */
function untold({ latest }, calls) {
  const rate = perSecond((calls * 1000) / Math.max(1, latest.spanMs));
  return `isolates ask nothing, so they tell nothing; they last served ${rate} a second`;
}

/** @param {{ state: NowState, isPast: boolean }} props Figures of the past are of no age. */
export function Tiles({ state, isPast }) {
  const { seconds, thresholdPerSec, mix, isolates, pages, queue, deadLetters, origin } = state;
  const goneFor = isPast ? 0 : goneMs.value;
  const ageMs = isPast ? undefined : goneFor;
  const mixAgeMs = isPast || mix.untilMs === null ? undefined : state.atMs - mix.untilMs + goneFor;
  const calls = Object.values(mix.latest.calls).reduce((sum, count) => sum + count, 0);
  const own = mix.latest.calls.individual + mix.latest.calls.tailored;
  const demand = recentOf(seconds.demand);
  const versions = isolates.byVersion.map(({ version, candidate, isolates: count }) => {
    const name = version === null ? "unknown" : `routing ${version}`;
    return `${count} × ${name}${candidate === null ? "" : ` and ${candidate}`}`;
  });
  return html`<dl class="tiles">
    <${Tile}
      title="Demand"
      value=${demand === undefined ? "not told" : perSecond(demand)}
      detail=${demand === undefined ? untold(mix, calls) : "a second, all isolates"}
      ageMs=${ageMs}
    />
    <${Tile}
      title="Offered"
      value=${perSecond(recentOf(seconds.offered) ?? 0)}
      detail="a second, at this origin"
      ageMs=${ageMs}
    />
    <${Tile}
      title="Admitted"
      value=${perSecond(recentOf(seconds.admitted) ?? 0)}
      detail=${thresholdPerSec === null ? "no threshold" : `of ${perSecond(thresholdPerSec)} a second, ${state.band}`}
      ageMs=${ageMs}
    />
    <${Tile}
      title="Pages of their own"
      value=${calls === 0 ? "–" : percent(own / calls)}
      detail=${calls === 0 ? "nothing reported" : `of ${counted(calls, "page")} in ${duration(mix.latest.spanMs)}`}
      ageMs=${mixAgeMs}
      tone=${calls > 0 && mix.latest.calls.generic + mix.latest.calls.builtin > 0.01 * calls ? "warn" : undefined}
    />
    <${Tile}
      title="Isolates"
      value=${isolates.heard}
      detail=${versions.length === 0 ? "none heard of in two minutes" : versions.join(", ")}
      ageMs=${ageMs}
    />
    <${Tile}
      title="Oldest page"
      value=${pages.oldestS === null ? "–" : duration(pages.oldestS * 1000 + goneFor)}
      detail=${pages.generation === null ? "no generation yet" : `generation ${pages.generation}`}
      ageMs=${ageMs}
      tone=${pages.over > 0 ? "warn" : undefined}
    />
    <${Tile}
      title="Queue"
      value=${queue.lagS === null ? "–" : duration(queue.lagS * 1000)}
      detail=${`to arrive; ${counted(queue.unfolded, "event waits", "events wait")} for a cycle`}
      ageMs=${mixAgeMs}
      tone=${(queue.lagS ?? 0) > 60 ? "warn" : undefined}
    />
    <${Tile}
      title="Dead letters"
      value=${deadLetters}
      detail=${deadLetters === 1 ? "waits for an operator" : "wait for an operator"}
      ageMs=${ageMs}
      tone=${deadLetters > 0 ? "warn" : undefined}
    />
    <${Tile}
      title="Origin"
      value=${goneFor > 0 ? "no answer" : origin.health}
      detail=${origin.reasons.join(", ") || `up for ${duration(state.atMs - origin.startedMs)}`}
      ageMs=${ageMs}
      tone=${goneFor > 0 || origin.health === "failing" ? "bad" : origin.health === "strained" ? "warn" : "good"}
    />
  </dl>`;
}
