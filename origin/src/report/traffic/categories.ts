/** What a category of calls tells about who calls; search endpoints are a kind of their own. */

export const KINDS = ["homepage", "search", "similar", "playback", "other"] as const;
export type Kind = (typeof KINDS)[number];

const NAMES: Readonly<Record<string, Kind>> = {
  homepage: "homepage",
  home: "homepage",
  "/": "homepage",
  similar: "similar",
  "more-like-this": "similar",
  playback: "playback",
  play: "playback",
  player: "playback",
  stream: "playback",
};

export function kindOf(category: string): Kind {
  const name = category.trim().toLowerCase();
  return NAMES[name] ?? (name.startsWith("search") ? "search" : "other");
}
