/**
 * Trains item–item weights from a CSV of interactions, and writes them in the form that `spillway model
 * import` takes.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** How many neighbours of an item are kept; Spillway keeps at most 200. */
const NEIGHBOURS = 50;

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: train.ts interactions.csv > weights.csv");
  process.exit(2);
}

/** The items of each user. The file has the columns user and item in this order, and no quoted fields. */
const itemsOf = new Map<string, Set<string>>();
let isHeader = true;
for await (const line of createInterface({ input: createReadStream(path) })) {
  const [user, item] = line.split(",");
  if (!isHeader && user !== undefined && item !== undefined) {
    const items = itemsOf.get(user) ?? new Set();
    itemsOf.set(user, items.add(item));
  }
  isHeader = false;
}

/** How many users played both items, for each pair; on the diagonal, how many played one. */
const together = new Map<string, Map<string, number>>();
for (const items of itemsOf.values()) {
  for (const target of items) {
    const row = together.get(target) ?? new Map<string, number>();
    together.set(target, row);
    for (const source of items) row.set(source, (row.get(source) ?? 0) + 1);
  }
}

function plays(item: string): number {
  return together.get(item)?.get(item) ?? 0;
}

// A user's score of the target is the sum of the weights from the played items. Replace the cosine by your
// own model.
console.log("source,target,weight");
for (const [target, row] of together) {
  [...row]
    .filter(([source]) => source !== target)
    .map(([source, both]) => ({ source, weight: both / Math.sqrt(plays(source) * plays(target)) }))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, NEIGHBOURS)
    .forEach(({ source, weight }) => console.log(`${source},${target},${weight.toFixed(6)}`));
}
