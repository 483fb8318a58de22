/**
 * The tastes and habits from which the synthetic audience is drawn. The shares are invented, not measured.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Device, EntryPath } from "@spillway/shared/signals/signals.ts";
import type { Genre } from "./words.ts";

/** How much of each kind is watched, relative to the other kinds. */
export type Mix = Readonly<Record<Item["kind"], number>>;

export type GenreWeights = Readonly<Partial<Record<Genre | "learning", number>>>;

export type Taste = {
  readonly name: string;
  /** The share of the audience, as a weight. */
  readonly share: number;
  readonly genres: GenreWeights;
  readonly mix: Mix;
};

function mix(
  match: number,
  replay: number,
  highlights: number,
  clip: number,
  hub: number,
  movie: number,
  series: number,
  kids: number,
): Mix {
  return { match, replay, highlights, clip, hub, movie, series, kids };
}

const FILMS = mix(1, 0.6, 1, 1, 0.3, 6, 2.5, 0.2);
const SERIES = mix(1, 0.6, 1, 1, 0.3, 2.5, 6, 0.2);
const BOTH = mix(1, 0.6, 1, 1, 0.3, 4, 4, 0.1);

export const TASTES: readonly Taste[] = [
  {
    name: "football",
    share: 20,
    genres: { "sport-documentary": 3, action: 1, comedy: 0.5 },
    mix: mix(4, 3, 4, 4, 1, 0.8, 0.5, 0.2),
  },
  { name: "whodunit", share: 10, genres: { crime: 3, mystery: 3, thriller: 1 }, mix: SERIES },
  { name: "romcom", share: 10, genres: { romance: 3, comedy: 2 }, mix: FILMS },
  { name: "prestige", share: 9, genres: { drama: 3, history: 2 }, mix: SERIES },
  { name: "adrenaline", share: 9, genres: { action: 3, thriller: 2 }, mix: FILMS },
  { name: "space", share: 8, genres: { "sci-fi": 4, adventure: 1 }, mix: BOTH },
  { name: "chills", share: 6, genres: { horror: 4, thriller: 1 }, mix: FILMS },
  { name: "curious", share: 7, genres: { documentary: 4, history: 1 }, mix: BOTH },
  { name: "laughs", share: 8, genres: { comedy: 4, music: 1 }, mix: SERIES },
  { name: "drawn", share: 4, genres: { animation: 4, "sci-fi": 1 }, mix: BOTH },
  {
    name: "kids-family",
    share: 9,
    genres: { family: 3, animation: 2, adventure: 1, learning: 2 },
    mix: mix(0.5, 0.2, 0.5, 0.6, 0.2, 1.6, 0.8, 9),
  },
];

/**
 * What visitors of each entry path come for. `genres` are the genres that they then watch from the library.
 */
export const ENTRY_MIXES: Readonly<Record<EntryPath, { readonly mix: Mix; readonly genres: GenreWeights }>> =
  {
    direct: { mix: mix(1, 1, 1, 0.7, 1.5, 1, 1, 1), genres: {} },
    internal: { mix: mix(1, 1, 1, 1, 1, 1, 1, 1), genres: {} },
    search: { mix: mix(0.5, 5, 0.8, 0.25, 1.5, 1, 0.6, 0.6), genres: { documentary: 3, history: 1 } },
    social: { mix: mix(0.4, 0.15, 2, 6, 0.3, 0.4, 0.6, 0.4), genres: { comedy: 3, music: 1 } },
    ad: { mix: mix(0.5, 0.4, 0.5, 0.4, 0.4, 2.2, 1.2, 1.4), genres: { action: 2, romance: 1 } },
    email: { mix: mix(0.3, 0.5, 0.7, 0.3, 0.5, 0.7, 3.5, 1), genres: { drama: 2, crime: 1 } },
    push: { mix: mix(6, 0.5, 1.2, 4, 0.8, 0.2, 0.3, 0.3), genres: { "sport-documentary": 3 } },
    referral: {
      mix: mix(0.4, 0.6, 4, 0.7, 1, 1.3, 0.5, 0.3),
      genres: { "sport-documentary": 2, documentary: 3 },
    },
  };

export const DEVICE_MIXES: Readonly<Record<Device, Mix>> = {
  tv: mix(1.6, 2, 0.6, 0.2, 0.5, 2, 1.8, 1.2),
  mobile: mix(0.8, 0.4, 1.4, 2.5, 1, 0.5, 0.8, 0.6),
  tablet: mix(0.7, 0.7, 1, 0.8, 0.8, 0.8, 1.2, 2.5),
  desktop: mix(1, 1, 1, 1, 1.2, 1, 1, 0.5),
  other: mix(1, 1, 1, 1, 1, 1, 1, 1),
};

export type CampaignTheme = { readonly mix: Mix; readonly genres: GenreWeights };

const MATCH_THEME: CampaignTheme = {
  mix: mix(3, 2, 3, 3, 3, 0.5, 0.5, 0.3),
  genres: { "sport-documentary": 3 },
};

/** Campaigns by name. Those of the quarter-finals advertise their match. */
export const CAMPAIGN_THEMES: Readonly<Record<string, CampaignTheme>> = {
  "qf-fra-mar": MATCH_THEME,
  "qf-esp-bel": MATCH_THEME,
  "qf-nor-eng": MATCH_THEME,
  "qf-arg-sui": MATCH_THEME,
  "summer-movies": {
    mix: mix(0.3, 0.3, 0.3, 0.3, 0.2, 5, 0.8, 0.4),
    genres: { adventure: 2, romance: 2, action: 2 },
  },
  "kids-holidays": {
    mix: mix(0.3, 0.2, 0.3, 0.3, 0.2, 0.6, 0.4, 25),
    genres: { animation: 3, learning: 2, family: 2 },
  },
};
