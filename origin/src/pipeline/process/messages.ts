/** The messages between the origin's serving process and its pipeline process. */
import type { ViewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import type { SampleReport } from "../../sample/keep-folding.ts";
import type { CycleReport, CycleStage } from "./cycle-report.ts";

export type ToPipeline =
  /** Build and publish pages now: the catalogue has changed. */
  { readonly type: "refresh"; readonly reason: string };

export type FromPipeline =
  | {
      readonly type: "progress";
      readonly stage: CycleStage;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: "done"; readonly report: CycleReport }
  | { readonly type: "viewers"; readonly report: ViewerMapReport }
  | { readonly type: "sample"; readonly report: SampleReport }
  | { readonly type: "failed"; readonly reason: string; readonly error: string; readonly damaged: boolean };
