/** What a category of calls tells about who calls; search endpoints are a kind of their own. */

export const KINDS = ["homepage", "search", "similar", "playback", "events", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** The names that logs have for them; of paths, the last part counts. */
const NAMES: Readonly<Record<Exclude<Kind, "other">, readonly string[]>> = {
  homepage: [
    "homepage",
    "home",
    "homescreen",
    "frontpage",
    "browse",
    "landing",
    "start",
    "index",
    "main",
    "",
  ],
  search: [],
  similar: ["similar", "related", "more", "morelikethis", "becauseyouwatched"],
  playback: ["playback", "play", "player", "playing", "stream", "streaming", "watch", "video", "manifest"],
  events: ["events", "event", "beacon", "track", "interaction", "interactions"],
};

/** `also`: further names of the homepage. Of `/recommendations?context=homepage`, the context counts. */
export function kindOf(category: string, also: readonly string[] = []): Kind {
  if (also.includes(category)) return "homepage";
  const [path = "", query = ""] = category.trim().toLowerCase().split("?");
  const last = new URLSearchParams(query).get("context") ?? path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const name = last.replaceAll(/[^a-z0-9]/g, "");
  if (name.startsWith("search") || name.endsWith("search")) return "search";
  return KINDS.find((kind) => kind !== "other" && NAMES[kind].includes(name)) ?? "other";
}
