/**
 * Classifies categories of calls by what they say about the caller. Search endpoints are a kind of their own.
 */

export const KINDS = ["homepage", "search", "similar", "playback", "events", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** The names of each kind in logs. The last part of a path counts. */
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

/** What servers name the page of a folder by. */
const EXTENSION = /\.(?:html?|php|aspx?|jsp)$/;

/**
 * Returns the kind of a category. Ids at its end, such as `:id`, say nothing. `also` holds further names of
 * the homepage. In `/recommendations?context=homepage` the context counts.
 */
export function kindOf(category: string, also: readonly string[] = []): Kind {
  if (also.includes(category)) return "homepage";
  const [path = "", query = ""] = category.trim().toLowerCase().split("?");
  const segments = path.replace(/\/+$/, "").split("/");
  const ownName = segments.findLast((segment) => !segment.startsWith(":")) ?? "";
  const last = new URLSearchParams(query).get("context") ?? ownName;
  const name = last.replace(EXTENSION, "").replaceAll(/[^a-z0-9]/g, "");
  if (name.startsWith("search") || name.endsWith("search")) return "search";
  return KINDS.find((kind) => kind !== "other" && NAMES[kind].includes(name)) ?? "other";
}
