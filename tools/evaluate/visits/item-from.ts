/** Where a URL names the item that was visited: `--item-from`. Pure. */

/** The item of a path and a query (without its `?`); undefined where they name none. */
export type ItemReader = (path: string, query: string) => string | undefined;

export const ITEM_FROM_FORM = "must be path, path:/PREFIX/ (what follows it, to the next /), or query:NAME";

/** `path`, `path:/watch/` or `query:item`; undefined for what is none of them. */
export function itemReader(text: string): ItemReader | undefined {
  if (text === "path") return (path) => plain(path) || "/";
  const [, kind, where = ""] = /^(path|query):(.+)$/.exec(text) ?? [];
  if (kind === "query") return (_, query) => new URLSearchParams(query).get(where) || undefined;
  if (kind !== "path" || !where.startsWith("/")) return undefined;
  return (path) => {
    if (!path.startsWith(where)) return undefined;
    return plain(path.slice(where.length).split("/", 1)[0] ?? "") || undefined;
  };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
