/**
 * Hostile viewer cookies to an edge whose origin is away and whose packs are good: states of every size, and
 * bytes that are nearly such states, under the owner's own tag. The worst that one may bring about is the
 * cluster's page.
 */
import type { Random } from "@spillway/demo/random.ts";
import {
  packViewerState,
  readViewerState,
  viewerStateText,
} from "@spillway/model/profile/viewer-state-codec.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { answerOf, headerFaults, pageFaults, type Answer } from "./oracle.ts";
import { EDGE_TOKEN, READ_CYCLE_MS, type Isolate, type Platform } from "./platform.ts";
import { ITEMS, tailoredSite } from "./tailored-site.ts";
import type { RunCase } from "./target.ts";

const USER = "u42";
const TAG = ownerTagOf(createUserHash(EDGE_TOKEN)(USER));
const SIGNALS = { affinity: "crime_1", recency: "fresh", depth: "casual" } as const;
const GONE = new Set(ITEMS.filter(({ takenDown }) => takenDown).map(({ id }) => id));

export async function viewersTarget(platform: Platform): Promise<RunCase> {
  const isolate = platform.isolate({
    kv: tailoredSite(),
    callOrigin: () => Promise.resolve({ kind: "none", reason: "origin-unreachable" }),
  });
  await readPacks(platform, isolate);
  let failedBefore = 0;
  return async (random) => {
    const context = random.pick([...PAGE_CONTEXTS]);
    const cookie = cookieOf(random, platform.nowMs());
    const request = new Request(`http://edge.example/recommendations?user=${USER}&context=${context}`, {
      headers: { cookie: `team=ESP; spillway_viewer=${cookie}` },
    });
    const answer = await answerOf(await isolate.fetch(request));
    const { failures } = await isolate.health();
    const failed = failures["tailoring"] ?? 0;
    const faults = [...headerFaults(answer), ...pageFaults(answer, context), ...itemFaults(answer)];
    if (answer.status !== 200) faults.push(`the status is ${answer.status}`);
    if (failed > failedBefore) faults.push("tailoring has failed");
    failedBefore = failed;
    return { outcome: `${answer.as}`, faults, input: () => `${context} ${cookie}` };
  };
}

/** The first request has them read behind its response. */
async function readPacks(platform: Platform, isolate: Isolate): Promise<void> {
  for (let cycle = 0; cycle < 3; cycle += 1) {
    await isolate.fetch(new Request("http://edge.example/recommendations?user=stranger"));
    await isolate.settled();
    platform.advance(READ_CYCLE_MS);
  }
}

function itemFaults({ as, body }: Answer): string[] {
  if (as !== "tailored") return [];
  const { carousels } = JSON.parse(body) as {
    readonly carousels: readonly { readonly items: readonly { readonly id: string }[] }[];
  };
  const ids = carousels.flatMap(({ items }) => items.map(({ id }) => id));
  const faults: string[] = [];
  if (new Set(ids).size < ids.length) faults.push("an item stands twice on the page");
  if (ids.some((id) => GONE.has(id))) faults.push("an item that was taken down is on the page");
  return faults;
}

function cookieOf(random: Random, nowMs: number): string {
  const { bytes } = packViewerState(stateOf(random, nowMs), TAG);
  const changed = bytes.slice();
  // The head holds the owner, without whom nothing else is looked at.
  const times = random.pick([0, 1, 1, 2, 8]);
  for (let time = 0; time < times; time += 1) changed[random.int(changed.length)] = random.int(256);
  const cut = random.chance(0.1) ? changed.subarray(0, random.int(changed.length)) : changed;
  // A change of the owner's tag is found at once; those that leave it are the ones that go on.
  const isRead = readViewerState(cut)?.ownerTag === TAG;
  return viewerStateText(isRead || random.chance(0.3) ? cut : bytes);
}

function stateOf(random: Random, nowMs: number) {
  const largest = random.pick([1, 20, ITEMS.length, 2 ** 32 - 1]);
  const count = random.pick([0, 1, 3, 40, 300, 1000]);
  const items = new Set(Array.from({ length: count }, () => 1 + random.int(Math.min(largest, 1e6))));
  if (random.chance(0.2)) items.add(largest);
  const history = Array.from(items, (item) => ({
    item,
    weight: random.pick([0.3, 0.7, 1, 1, 1]),
    timeMs: random.pick([0, nowMs, nowMs - random.int(1e9)]),
    progress: random.chance(0.2) ? 0.4 : undefined,
  }));
  const hidden = Array.from({ length: random.pick([0, 0, 2, 200]) }, () => ({
    item: 1 + random.int(ITEMS.length),
    timeMs: nowMs,
  }));
  const profile = { history, hidden, signals: undefined, visits: 1, updatedMs: nowMs };
  return viewerStateOf(profile, SIGNALS, nowMs, nowMs);
}
