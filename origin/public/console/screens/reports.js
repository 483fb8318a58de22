// @ts-check
/** Reports of chosen days: coverage, traffic, engagement. */
import { lazy } from "../parts/lazy.js";
import { styleSheet } from "../parts/style-sheet.js";
import { go } from "../route.js";

const View = lazy(
  () =>
    Promise.all([import("./reports/reports.js"), styleSheet("styles/reports.css")]).then(
      ([{ Reports }]) => Reports,
    ),
  "Reports",
);

const actions = () =>
  ["coverage", "traffic", "engagement"].map((report) => ({
    title: `Report: ${report}`,
    run: () => go("reports", { report }),
  }));

export const screen = { id: "reports", title: "Reports", key: "5", View, actions };
