/** What the origin asks its process that makes reports, and what that answers. */
import type { ReportView } from "@spillway/kit/charts/report-view.ts";

export const REPORTS = ["coverage", "traffic", "engagement"] as const;
export type ReportName = (typeof REPORTS)[number];

export type ReportQuestion = {
  readonly report: ReportName;
  /** The last day, such as `2026-11-28`; undefined: the last whole one of which there is something. */
  readonly day: string | undefined;
  /** How many days, with `day`; undefined: as many as the command takes. Coverage is of one. */
  readonly days: number | undefined;
  readonly form: "view" | "html";
};

/** What the process is sent. */
export type AskedOfProcess = ReportQuestion & {
  readonly databasePath: string;
  readonly servingLogPath: string;
  readonly nowMs: number;
};

/** A report, and what it is of. Days are in `timeZone`. */
export type MadeReport = {
  readonly report: ReportName;
  readonly from: string;
  readonly day: string;
  readonly days: number;
  readonly timeZone: string;
  /** The command that prints the same figures. */
  readonly command: string;
  /** Nothing was recorded in these days. */
  readonly isEmpty: boolean;
  /** The day, and the time in which it is still reported, were over: the figures change no more. */
  readonly isOver: boolean;
  /** The first and the last day of which there is something; null where there is nothing. */
  readonly recorded: { readonly first: string; readonly last: string } | null;
  readonly made: string;
  /** As the question's `form` says. */
  readonly view?: ReportView;
  readonly html?: string;
};
