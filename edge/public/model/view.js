// @ts-check
/**
 * The view: which page is shown for whom. It is written as the storefront's own query string and as the API's
 * parameters. Pure.
 */

/**
 * An empty `user` is a new visitor, and an empty `team` is none. `link` holds the campaign parameters of the
 * storefront's own address, which the entry path `link` uses.
 * @typedef {{
 *   readonly user: string, readonly team: string, readonly entry: string, readonly context: string,
 *   readonly q: string, readonly item: string, readonly link: string,
 * }} View
 */

export const TABS = [
  { context: "homepage", label: "Home" },
  { context: "live", label: "Live" },
  { context: "movies", label: "Movies" },
  { context: "series", label: "Series" },
  { context: "kids", label: "Kids" },
];

/**
 * The parameters that a browser would send after each entry path. The edge derives the entry path from them.
 * @type {ReadonlyMap<string, { readonly label: string, readonly params: Readonly<Record<string, string>> }>}
 */
export const ENTRIES = new Map([
  ["direct", { label: "Direct", params: { referrer: "" } }],
  ["search", { label: "Search engine", params: { referrer: "https://www.google.com/" } }],
  ["social", { label: "Social post", params: { referrer: "https://www.facebook.com/" } }],
  [
    "ad",
    {
      label: "Ad for Spain v. Belgium",
      params: {
        referrer: "https://www.google.com/",
        utm_source: "google",
        utm_medium: "cpc",
        utm_campaign: "qf-esp-bel",
        gclid: "demo",
      },
    },
  ],
  ["email", { label: "Newsletter", params: { referrer: "", utm_source: "newsletter", utm_medium: "email" } }],
  ["push", { label: "Push message", params: { referrer: "", utm_source: "app", utm_medium: "push" } }],
  ["referral", { label: "Newspaper article", params: { referrer: "https://www.theguardian.example/" } }],
]);

/** The entry path of a storefront address that has campaign parameters itself. */
export const LINK = "link";

const OWN_PARAMETERS = new Set(["user", "team", "entry", "context", "q", "item"]);
const MAX_USER_LENGTH = 128;
const MAX_QUERY_LENGTH = 200;

/**
 * Reads a view. Invalid values become the defaults. Never throws.
 * @param {string} search of the page's own address
 * @returns {View}
 */
export function readView(search) {
  const params = new URLSearchParams(search);
  const link = new URLSearchParams([...params].filter(([name]) => !OWN_PARAMETERS.has(name))).toString();
  const entry = params.get("entry") ?? (link === "" ? "direct" : LINK);
  const q = (params.get("q") ?? "").trim().slice(0, MAX_QUERY_LENGTH);
  const item = params.get("item") ?? "";
  return {
    user: cleanUser(params.get("user") ?? ""),
    team: (params.get("team") ?? "").toUpperCase().replace(/[^A-Z0-9]/g, ""),
    entry: ENTRIES.has(entry) || (entry === LINK && link !== "") ? entry : "direct",
    context: contextOf(params.get("context") ?? "", q, item),
    q,
    item,
    link,
  };
}

/**
 * What the view's page is called, for its heading and the browser's own title.
 * @param {View} view
 */
export function titleOf({ context, q }) {
  if (context === "search") return `Search for “${q}”`;
  return TABS.find((tab) => tab.context === context)?.label ?? "More like this";
}

/**
 * @param {string} asked
 * @param {string} q
 * @param {string} item
 */
function contextOf(asked, q, item) {
  if ((asked === "search" && q !== "") || (asked === "similar" && item !== "")) return asked;
  return TABS.some(({ context }) => context === asked) ? asked : "homepage";
}

/**
 * Returns the address of a view, relative to the storefront's. Defaults are left out.
 * @param {View} view
 */
export function viewAddress(view) {
  const params = new URLSearchParams(view.entry === LINK ? view.link : "");
  if (view.user !== "") params.set("user", view.user);
  if (view.team !== "") params.set("team", view.team);
  if (view.entry !== "direct" && view.entry !== LINK) params.set("entry", view.entry);
  if (view.context !== "homepage") params.set("context", view.context);
  if (view.context === "search") params.set("q", view.q);
  if (view.context === "similar") params.set("item", view.item);
  const query = params.toString();
  return query === "" ? "./" : `./?${query}`;
}

/**
 * Returns the parameters for `/recommendations`, and for `/events`, which reads the same signals.
 * @param {View} view
 */
export function requestQuery(view) {
  const params = new URLSearchParams();
  if (view.user !== "") params.set("user", view.user);
  params.set("context", view.context);
  if (view.context === "search") params.set("q", view.q);
  if (view.context === "similar") params.set("item", view.item);
  if (view.team !== "") params.set("team", view.team);
  const entry =
    view.entry === LINK
      ? new URLSearchParams(view.link)
      : Object.entries(ENTRIES.get(view.entry)?.params ?? {});
  for (const [name, value] of entry) params.set(name, value);
  return params.toString();
}

/**
 * Turns what a viewer typed into an id that the API accepts.
 * @param {string} text
 */
export function cleanUser(text) {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, "")
    .trim()
    .slice(0, MAX_USER_LENGTH)
    .toWellFormed();
}
