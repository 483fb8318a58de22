/**
 * Remembers what was found out about texts that many requests share, such as User-Agents. Memory is bounded
 * by two generations: when the newer one is full, it takes the older one's place, so that what is asked for
 * again and again stays. A hit costs one look-up.
 */

/** A longer text is a hostile one, and is looked at anew each time. */
const MAX_LENGTH = 512;

/** `of` must depend on nothing but its text. At most twice `entries` are kept. */
export function remembered<Value>(of: (text: string) => Value, entries: number): (text: string) => Value {
  let newer = new Map<string, Value>();
  let older = new Map<string, Value>();
  return (text) => {
    const known = newer.get(text);
    // A value may be undefined.
    if (known !== undefined || newer.has(text)) return known as Value;
    const value = older.has(text) ? (older.get(text) as Value) : of(text);
    if (text.length > MAX_LENGTH) return value;
    if (newer.size >= entries) [older, newer] = [newer, new Map()];
    newer.set(text, value);
    return value;
  };
}
