/** Names of taste segments (`crime_12`) and of their groups (`crime`), from what people write. Pure. */
import { toSignalValue } from "./signal-value.ts";
import { SEGMENT_SEPARATOR } from "./signals.ts";

const MAX_GROUP_LENGTH = 24;
const NUMBERED = /^(.+)_(\d+)$/;

/** The name of the group that is named after a genre. `label` is the genre, or its signal value. */
export function tasteGroupName(label: string): string {
  const value = toSignalValue(label).toLowerCase().replaceAll(SEGMENT_SEPARATOR, "-");
  return toSignalValue(value, MAX_GROUP_LENGTH);
}

/** A segment's or group's name as conditions write it: `Krimi_12`, `アニメ`. */
export function tasteName(text: string): string {
  const [, group = text, number] = NUMBERED.exec(text) ?? [];
  const name = tasteGroupName(group);
  return number === undefined ? name : `${name}${SEGMENT_SEPARATOR}${number}`;
}
