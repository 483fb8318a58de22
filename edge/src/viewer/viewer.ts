/** What an isolate knows of the viewer of a request, and which carrier brought it. */
import { canBeTailored } from "@spillway/model/pages/tailor.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { Carrier } from "@spillway/shared/routing/carriers.ts";
import type { ProfileSignals } from "@spillway/shared/signals/signals.ts";

export type Viewer =
  | { readonly kind: "known"; readonly state: ViewerState; readonly carrier: Carrier }
  | { readonly kind: "none" };

export type ViewerReading = {
  readonly viewer: Viewer;
  /** Of the request's own viewer, also where no history may travel; undefined where nobody says them. */
  readonly signals: ProfileSignals | undefined;
  /** True where the browser holds a viewer cookie that it must not, or that nobody can read. */
  readonly forget: boolean;
};

export const NO_VIEWER: Viewer = { kind: "none" };
export const NOTHING_READ: ViewerReading = { viewer: NO_VIEWER, signals: undefined, forget: false };

/** Whether the browser itself brought its viewer's state. */
export function isCarried({ viewer }: ViewerReading): boolean {
  return viewer.kind === "known" && viewer.carrier === "cookie";
}

/** Whether a page can be tailored by what is known of the viewer. */
export function saysSomething({ viewer }: ViewerReading): boolean {
  return viewer.kind === "known" && canBeTailored(viewer.state);
}
