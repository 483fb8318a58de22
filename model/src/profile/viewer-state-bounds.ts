/** Which titles of a viewer state stay where there is no room for all: what tells least goes first. Pure. */
import { MAX_HISTORY } from "./history.ts";
import type { ViewerState } from "./viewer-state.ts";

/** So many have room in a state even where no title has. */
export const MAX_HIDDEN_TITLES = 200;

export type BoundedState = { readonly state: ViewerState; readonly dropped: number };

/** At most {@link MAX_HISTORY} titles, and the {@link MAX_HIDDEN_TITLES} that were hidden last. */
export function withinBounds(state: ViewerState): BoundedState {
  const titles = fewerTitles(state, MAX_HISTORY);
  const hidden = fewerHidden(titles, MAX_HIDDEN_TITLES);
  const dropped =
    state.titles.items.length - hidden.titles.items.length + state.hidden.length - hidden.hidden.length;
  return { state: hidden, dropped };
}

/**
 * Titles that were not watched go first, those of the least value before others; then watched ones in the
 * same order, since who is shown again what they have watched is served worst.
 */
export function fewerTitles(state: ViewerState, count: number): ViewerState {
  const { items, values, watched } = state.titles;
  if (items.length <= count) return state;
  const kept = [...items.keys()]
    .toSorted((a, b) => watched[b]! - watched[a]! || values[b]! - values[a]! || b - a)
    .slice(0, count)
    .toSorted((a, b) => a - b);
  const known = new Set(kept.map((at) => items[at]!));
  return {
    ...state,
    titles: {
      items: Uint32Array.from(kept, (at) => items[at]!),
      values: Float32Array.from(kept, (at) => values[at]!),
      watched: Uint8Array.from(kept, (at) => watched[at]!),
    },
    recent: state.recent.filter(({ item }) => known.has(item)),
  };
}

function fewerHidden(state: ViewerState, count: number): ViewerState {
  const { hidden, hiddenMs } = state;
  if (hidden.length <= count) return state;
  const kept = [...hidden.keys()]
    .toSorted((a, b) => hiddenMs[b]! - hiddenMs[a]! || b - a)
    .slice(0, count)
    .toSorted((a, b) => a - b);
  return {
    ...state,
    hidden: Uint32Array.from(kept, (at) => hidden[at]!),
    hiddenMs: Float64Array.from(kept, (at) => hiddenMs[at]!),
  };
}
