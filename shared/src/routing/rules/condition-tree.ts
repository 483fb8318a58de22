/**
 * The closed tree that a condition is compiled to: `when` at the edge, `if` where the file is read, so that
 * no worker parses expressions. Its size is bounded, and nothing in it is a pattern but beginnings of texts.
 */
import { SIGNAL_NAMES } from "../../signals/signals.ts";

export const CONDITION_FIELDS = [...SIGNAL_NAMES, "context", "band", "country"] as const;
export type ConditionField = (typeof CONDITION_FIELDS)[number];

/** Holds where the field's value is one of `is`, or is not `none` and begins with one of `starts`. */
export type FieldTest = {
  readonly field: ConditionField;
  readonly is?: readonly string[] | undefined;
  readonly starts?: readonly string[] | undefined;
};

export type ConditionTree =
  | FieldTest
  | { readonly all: readonly ConditionTree[] }
  | { readonly any: readonly ConditionTree[] }
  | { readonly not: ConditionTree };

export const MAX_TREE_DEPTH = 24;
export const MAX_TREE_NODES = 256;
/** A text of the file may stand for up to three. */
export const MAX_TREE_TEXTS = 1_500;
const MAX_TEXT_LENGTH = 256;

const FIELDS: ReadonlySet<unknown> = new Set(CONDITION_FIELDS);

type Left = { nodes: number; texts: number };

/** Checks a tree from outside, whatever it is. */
export function isConditionTree(value: unknown): value is ConditionTree {
  return isTree(value, MAX_TREE_DEPTH, { nodes: MAX_TREE_NODES, texts: MAX_TREE_TEXTS });
}

function isTree(value: unknown, depth: number, left: Left): boolean {
  left.nodes -= 1;
  if (depth === 0 || left.nodes < 0 || typeof value !== "object" || value === null) return false;
  const { field, is, starts, all, any, not } = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(value).length;
  if (field !== undefined) {
    const tests = (is === undefined ? 0 : 1) + (starts === undefined ? 0 : 1);
    return (
      FIELDS.has(field) && tests > 0 && keys === 1 + tests && areTexts(is, left) && areTexts(starts, left)
    );
  }
  if (keys !== 1) return false;
  if (not !== undefined) return isTree(not, depth - 1, left);
  const several = all ?? any;
  return Array.isArray(several) && several.length > 0 && several.every((one) => isTree(one, depth - 1, left));
}

function areTexts(value: unknown, left: Left): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length === 0) return false;
  left.texts -= value.length;
  return left.texts >= 0 && value.every((text) => typeof text === "string" && text.length <= MAX_TEXT_LENGTH);
}
