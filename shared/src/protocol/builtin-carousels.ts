/** What is shown where nothing else may be or can be: entry points that suit every catalogue. */
import type { Carousel } from "./page.ts";

export const BUILTIN_CAROUSELS: readonly Carousel[] = [
  {
    id: "browse",
    title: "Browse",
    items: [
      { id: "builtin-live", title: "Live", kind: "hub", hue: 4 },
      { id: "builtin-matches", title: "Matches", kind: "hub", hue: 140 },
      { id: "builtin-highlights", title: "Highlights", kind: "hub", hue: 36 },
      { id: "builtin-movies", title: "Films", kind: "hub", hue: 262 },
      { id: "builtin-series", title: "Series", kind: "hub", hue: 206 },
      { id: "builtin-kids", title: "Kids", kind: "hub", hue: 322 },
    ],
  },
];
