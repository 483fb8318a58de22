// @ts-check
/** The next spike, in virtual time. */
import { lazy } from "../parts/lazy.js";
import { styleSheet } from "../parts/style-sheet.js";
import { go } from "../route.js";

const View = lazy(
  () =>
    Promise.all([import("./rehearse/rehearse.js"), styleSheet("styles/reports.css")]).then(
      ([{ Rehearse }]) => Rehearse,
    ),
  "Rehearse",
);

const actions = () => [{ title: "Rehearse a kick-off", run: () => go("rehearse", { scenario: "kickoff" }) }];

export const screen = { id: "rehearse", title: "Rehearse", key: "6", View, actions };
