// @ts-check
/** What the screen of clusters shows, as its address and its command say it. Pure. */
/** @import { ClusterOrder } from "@spillway/shared/clusters/listed-clusters.ts" */
import { CLUSTER_ORDERS } from "@spillway/shared/clusters/listed-clusters.ts";
import { quoted } from "./quoted.js";

/**
 * @typedef {{ cluster: string | undefined, context: string, sort: ClusterOrder, isReversed: boolean,
 *   find: string, hasInner: boolean, page: number }} ClusterView
 *   `cluster` is the one that is open; `page` counts from 1.
 */

export const PAGE_CONTEXTS = ["homepage", "live", "movies", "series", "kids"];
export const ROWS_ON_A_PAGE = 100;

/** What an address does not say, or says wrongly, is as at first. @param {URLSearchParams} parameters @returns {ClusterView} */
export function viewOf(parameters) {
  const context = parameters.get("context") ?? "";
  const page = Number(parameters.get("page") ?? 1);
  return {
    cluster: parameters.get("cluster") || undefined,
    context: PAGE_CONTEXTS.includes(context) ? context : "homepage",
    sort: CLUSTER_ORDERS.find((order) => order === parameters.get("sort")) ?? "day",
    isReversed: parameters.has("reverse"),
    find: parameters.get("find") ?? "",
    hasInner: parameters.has("all"),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** Only what is not as at first. @param {ClusterView} view */
export function parametersOf({ cluster, context, sort, isReversed, find, hasInner, page }) {
  /** @type {Record<string, string>} */
  const parameters = {};
  if (sort !== "day") parameters["sort"] = sort;
  if (isReversed) parameters["reverse"] = "yes";
  if (find !== "") parameters["find"] = find;
  if (hasInner) parameters["all"] = "yes";
  if (page > 1) parameters["page"] = String(page);
  if (context !== "homepage") parameters["context"] = context;
  if (cluster !== undefined) parameters["cluster"] = cluster;
  return parameters;
}

/** @param {ClusterView} view */
export function commandOf({ cluster, context, sort, isReversed, find, hasInner }) {
  const ofContext = context === "homepage" ? [] : [`--context ${context}`];
  const parts =
    cluster === undefined
      ? [
          `--sort ${sort}`,
          ...(isReversed ? ["--reverse"] : []),
          ...(hasInner ? ["--all"] : []),
          ...(find.trim() === "" ? [] : [`--find ${quoted(find.trim())}`]),
          ...ofContext,
        ]
      : [/^[\w.-]+$/.test(cluster) ? cluster : quoted(cluster), ...ofContext];
  return ["pnpm spillway clusters", ...parts].join(" ");
}
