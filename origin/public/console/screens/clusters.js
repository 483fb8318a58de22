// @ts-check
/** Clusters: what each is and serves, and its page beside its parent's and the generic one. */
import { lazy } from "../parts/lazy.js";
import { styleSheet } from "../parts/style-sheet.js";

const View = lazy(async () => {
  const [{ Clusters }] = await Promise.all([
    import("./clusters/clusters.js"),
    styleSheet("styles/clusters.css"),
  ]);
  return Clusters;
}, "Clusters");

export const screen = { id: "clusters", title: "Clusters", key: "3", View };
