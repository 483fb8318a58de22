/** Counts with their words. The console loads this module too, so that it imports nothing. Pure. */

const COUNT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/**
 * "1 page", "1,200 pages". `count` as a text stands as it is. `many` is the plural of a noun that takes no
 * plain "s".
 */
export function counted(count: number | string, noun: string, many = `${noun}s`): string {
  const text = typeof count === "string" ? count : COUNT.format(count);
  return `${text} ${text === "1" ? noun : many}`;
}
