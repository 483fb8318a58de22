// @ts-check
/** A rule's condition and times as people read them. Pure. */
/** @import { ConditionTree } from "@spillway/shared/routing/rules/condition-tree.ts" */
/** @import { Rule } from "@spillway/shared/routing/rules/rule-schema.ts" */

/** @param {Pick<Rule, "when" | "if">} rule */
export function conditionText({ when, if: tree }) {
  if (tree !== undefined) return treeText(tree);
  return Object.entries(when ?? {})
    .map(([name, value]) => `${name} = ${Array.isArray(value) ? value.join(" or ") : String(value)}`)
    .join(", ");
}

/** @param {ConditionTree} tree @returns {string} */
function treeText(tree) {
  if ("not" in tree) return `!(${treeText(tree.not)})`;
  if ("all" in tree)
    return tree.all.map((part) => ("any" in part ? `(${treeText(part)})` : treeText(part))).join(" && ");
  if ("any" in tree) return tree.any.map(treeText).join(" || ");
  const { field, is = [], starts = [] } = tree;
  const tests = [
    ...(is.length === 1 ? [`${field} == "${is[0]}"`] : []),
    ...(is.length > 1 ? [`${field} in [${is.map((value) => `"${value}"`).join(", ")}]`] : []),
    ...starts.map((start) => `${field}.startsWith("${start}")`),
  ];
  return tests.join(" || ");
}

/** @param {Pick<Rule, "fromMs" | "untilMs" | "share" | "contexts">} rule */
export function limitsText({ fromMs, untilMs, share, contexts }) {
  return [
    ...(contexts === undefined ? [] : [`in ${contexts.join(", ")}`]),
    ...(share === undefined ? [] : [`for ${Number((share * 100).toFixed(2))} % of users`]),
    ...(fromMs === undefined ? [] : [`from ${timeText(fromMs)}`]),
    ...(untilMs === undefined ? [] : [`until ${timeText(untilMs)}`]),
  ].join(", ");
}

/** @param {number} ms */
function timeText(ms) {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
