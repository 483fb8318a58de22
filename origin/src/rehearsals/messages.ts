/** What the origin tells of its rehearsals. */
import type { NamedRehearsal } from "@spillway/simulation/rehearsal/command.ts";
import type { BackgroundProgress } from "../background/messages.ts";

export type RehearsalState =
  | { readonly kind: "running"; readonly progress: BackgroundProgress | null }
  | {
      readonly kind: "done";
      readonly elapsedS: number;
      readonly sentence: string;
      /** Whether every promise holds; null where none is made. */
      readonly holds: boolean | null;
    }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly reason: string };

export type StartedRehearsal = {
  readonly id: string;
  readonly startedAt: string;
  readonly by: string;
  readonly rehearsal: NamedRehearsal;
  /** The command that does the same. */
  readonly command: string;
  readonly state: RehearsalState;
};
