/** The category of a request: its path without ids, and the context that it asks for. */
import { parameter } from "./user-from.ts";

/** Files that come along with a page: they say nothing of who asks for it. */
const STATIC =
  /\.(?:js|mjs|css|map|png|jpe?g|gif|webp|avif|svg|ico|bmp|cur|woff2?|ttf|otf|eot|wasm|webmanifest)$/i;
/** Manifests and segments of streams: who asks for them watches. */
const MEDIA = /\.(?:m3u8|mpd|m4s|ts|mp4|m4[av]|cmf[vat]|webm|mkv|aac|vtt)$/i;
/** Numbers, UUIDs, and long texts with digits in them. */
const ID = /^(?:\d+|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?=.*\d)[\w~-]{20,})$/i;
const MAX_CONTEXT = 64;
/** More paths than these are one category, so that a scan of a site does not fill the memory. */
const MAX_CATEGORIES = 5000;
const MAX_REMEMBERED = 20_000;

export const MEDIA_CATEGORY = "media/playback";
export const OTHER_PATHS = "(other paths)";

/** Returns undefined for a static file. */
export type CategoryReader = (path: string, query: string) => string | undefined;

export function createCategoryReader(): CategoryReader {
  const categories = new Set<string>();
  let remembered = new Map<string, string | undefined>();
  const ofPath = (path: string): string | undefined => {
    if (remembered.has(path)) return remembered.get(path);
    const found = plainPath(path);
    if (remembered.size >= MAX_REMEMBERED) remembered = new Map();
    remembered.set(path, found);
    return found;
  };
  return (path, query) => {
    const plain = ofPath(path);
    if (plain === undefined) return undefined;
    const context = query === "" ? "" : parameter(query, "context").slice(0, MAX_CONTEXT);
    const category = context === "" ? plain : `${plain}?context=${context}`;
    if (categories.has(category)) return category;
    if (categories.size >= MAX_CATEGORIES) return OTHER_PATHS;
    categories.add(category);
    return category;
  };
}

function plainPath(path: string): string | undefined {
  if (STATIC.test(path)) return undefined;
  if (MEDIA.test(path)) return MEDIA_CATEGORY;
  const segments = path.split("/").map((segment) => (ID.test(segment) ? ":id" : segment));
  return segments.join("/").replace(/(?<=.)\/+$/, "") || "/";
}
