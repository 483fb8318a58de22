// @ts-check
/** Rules: those in force, an editor that underlines what is wrong, and the versions before. */
import { lazy } from "../parts/lazy.js";

const View = lazy(() => import("./rules/rules.js").then(({ Rules }) => Rules), "Rules");

export const screen = { id: "rules", title: "Rules", key: "2", View };
