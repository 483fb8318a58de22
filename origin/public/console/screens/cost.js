// @ts-check
/** What the last day cost. */
import { lazy } from "../parts/lazy.js";

const View = lazy(() => import("./cost/cost.js").then(({ Costs }) => Costs), "Cost");

export const screen = { id: "cost", title: "Cost", key: "7", View };
