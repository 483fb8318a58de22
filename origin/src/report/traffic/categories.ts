/** What a category of calls tells about who calls; search endpoints are a kind of their own. */

export const KINDS = ["homepage", "search", "similar", "playback", "events", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** The names that logs have for them; of paths, the last part counts. */
const NAMES: Readonly<Record<Exclude<Kind, "other">, readonly string[]>> = {
  homepage: ["homepage", "home", "homescreen", "browse", "landing", "start", ""],
  search: [],
  similar: ["similar", "related", "more", "morelikethis", "becauseyouwatched"],
  playback: ["playback", "play", "player", "playing", "stream", "streaming", "watch", "video", "manifest"],
  events: ["events", "event", "beacon", "track", "interaction", "interactions"],
};

export function kindOf(category: string): Kind {
  const name = (category.trim().toLowerCase().replace(/\/+$/, "").split("/").at(-1) ?? "").replaceAll(
    /[^a-z0-9]/g,
    "",
  );
  if (name.startsWith("search") || name.endsWith("search")) return "search";
  return KINDS.find((kind) => kind !== "other" && NAMES[kind].includes(name)) ?? "other";
}
