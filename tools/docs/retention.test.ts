/**
 * The figures of one `evaluate` run stand in several places: its own page, the README, and the rehearsals.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MOVIELENS_1M } from "@spillway/simulation/quality/retention.ts";
import { expect, test } from "vitest";
import { REPOSITORY } from "./generated.ts";

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

/** `retention` as served, of 1, in the row that the page of evaluate prints. */
function asServed(row: RegExp): number {
  const line = read("docs/recommend/evaluate.md").match(
    new RegExp(`^${row.source} +[\\d.]+ +([\\d.]+) %`, "m"),
  );
  return Number(line?.[1]) / 100;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const tailored = asServed(/tailored at the edge +1,000/);
const cluster = asServed(/cluster pages +1,000/);
const individual = asServed(/EASE as it is shipped, individual/);

test("the README's headline is what evaluate prints as served", () => {
  const readme = read("README.md");
  expect(readme).toContain(`tailored at the edge **${percent(tailored)}**`);
  expect(readme).toContain(`an individual page (${percent(individual)};`);
  expect(readme).toContain(`A cluster page alone keeps ${percent(cluster)}`);
});

test("rehearsals count a page as much as evaluate does, of an individual page", () => {
  expect(MOVIELENS_1M.individual).toBe(1);
  expect(MOVIELENS_1M.tailored).toBeCloseTo(tailored / individual, 2);
  expect(MOVIELENS_1M.cluster).toBeCloseTo(cluster / individual, 2);
  expect(read("docs/operate/rehearse.md")).toContain(
    `page from the edge ${MOVIELENS_1M.tailored}, generic page 0`,
  );
});
