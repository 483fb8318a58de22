/** What people call taste segments and groups that are named after genres beyond ASCII. Pure. */
import { textFormsOf } from "@spillway/shared/signals/signal-value.ts";
import { SEGMENT_SEPARATOR, tasteGroup, type TextForms } from "@spillway/shared/signals/signals.ts";
import { tasteGroupName } from "@spillway/shared/signals/taste-name.ts";

/** `names` are names of segments. A group whose name was taken has a number: `crime-2_1` is of `crime-2`. */
export function textsOfNames(
  names: readonly string[],
  genres: readonly string[],
): ReadonlyMap<string, TextForms> {
  const texts = new Map<string, string>();
  for (const genre of new Set(genres)) {
    const forms = textFormsOf(genre);
    if (forms !== undefined) texts.set(tasteGroupName(genre), forms.text);
  }
  const found = new Map<string, TextForms>();
  for (const name of texts.size === 0 ? [] : names) {
    const group = tasteGroup(name);
    const [, plain = group, number = ""] = /^(.+)(-\d+)$/.exec(group) ?? [];
    const text = texts.get(group) ?? (texts.has(plain) ? `${texts.get(plain)}${number}` : undefined);
    if (text === undefined) continue;
    found.set(group, { text });
    found.set(name, { text: `${text}${SEGMENT_SEPARATOR}${name.slice(group.length + 1)}` });
  }
  return found;
}
