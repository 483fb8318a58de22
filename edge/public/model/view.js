// @ts-check
/** The view: whose page of which context is shown, as the page's own query string and as the API's parameters. Pure. */

/**
 * `user` empty: a new visitor; `team` empty: none. `link`: the campaign parameters that the storefront's own address came
 * with, used by the entry path `link`.
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
 * Each entry path as what a browser that came that way would send; the edge works the path out for itself.
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

/** The entry path of a storefront address that carries campaign parameters itself. */
export const LINK = "link";

const OWN_PARAMETERS = new Set(["user", "team", "entry", "context", "q", "item"]);
const MAX_USER_LENGTH = 128;
const MAX_QUERY_LENGTH = 200;

/**
 * Never throws; what makes no sense becomes the default.
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
 * @param {string} asked
 * @param {string} q
 * @param {string} item
 */
function contextOf(asked, q, item) {
  if ((asked === "search" && q !== "") || (asked === "similar" && item !== "")) return asked;
  return TABS.some(({ context }) => context === asked) ? asked : "homepage";
}

/**
 * The address of a view, relative to the storefront's; the defaults are left out.
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
 * The parameters for `/recommendations`, and for `/events`, which reads the same signals.
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
 * What a viewer typed, as an id that the API takes.
 * @param {string} text
 */
export function cleanUser(text) {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, "")
    .trim()
    .slice(0, MAX_USER_LENGTH)
    .toWellFormed();
}
