// @ts-check
/** Pins by calendar, drafts, conflicts, and what an audience would see. */
import { lazy } from "../parts/lazy.js";

const View = lazy(() => import("./editorial/editorial.js").then(({ Editorial }) => Editorial), "Editorial");

export const screen = { id: "editorial", title: "Editorial", key: "4", View };
