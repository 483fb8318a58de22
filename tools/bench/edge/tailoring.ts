/** Tailoring alone: the time of each page by itself, one viewer after the other, in this process. */
import { readCandidates } from "@spillway/model/packs/candidates.ts";
import { tailoredCarousels } from "@spillway/model/pages/tailor.ts";
import { tailoredPage } from "@spillway/model/pages/tailored-page.ts";
import { createTailoringWorkspace } from "@spillway/model/pages/tailoring-workspace.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { BenchCatalogue } from "./catalogue.ts";

export type TailoringTimes = { readonly medianMicros: number; readonly p99Micros: number };

const WARM_UP = 2000;
const PAGES = 10_000;
const CLUSTERS = 64;

export function timeTailoring(
  { packs, packedCandidates }: BenchCatalogue,
  viewers: readonly ViewerState[],
  nowMs: number,
): TailoringTimes {
  const workspace = createTailoringWorkspace();
  const candidates = Array.from({ length: CLUSTERS }, (_, cluster) => {
    const checked = readCandidates(packedCandidates(cluster));
    if (!checked.ok) throw new Error("the candidates can't be read");
    return checked.value;
  });
  const head = { context: "homepage", cluster: "esp", generation: 1, builtAt: new Date(nowMs).toISOString() };
  const times = new Float64Array(PAGES);
  for (let at = -WARM_UP; at < PAGES; at += 1) {
    const of = at + WARM_UP;
    const viewer = viewers[of % viewers.length];
    const own = candidates[of % CLUSTERS];
    if (viewer === undefined || own === undefined) throw new RangeError("no viewer, or no candidates");
    const startMs = performance.now();
    const carousels = tailoredCarousels(
      {
        packs,
        context: "homepage",
        viewer,
        candidates: own,
        pins: [],
        contentNowMs: nowMs,
      },
      workspace,
    );
    if (carousels === undefined) throw new Error("nothing was tailored");
    tailoredPage(head, carousels, packs.catalogue.texts);
    if (at >= 0) times[at] = 1000 * (performance.now() - startMs);
  }
  times.sort();
  return { medianMicros: times[PAGES >> 1] ?? 0, p99Micros: times[Math.floor(PAGES * 0.99)] ?? 0 };
}
