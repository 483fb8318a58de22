/** Formats pins, drafts, previews and differences for a terminal. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { printable } from "./columns.ts";

type Pin = {
  readonly id: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly from?: string;
  readonly until?: string;
  readonly contexts?: readonly string[];
  readonly title?: string;
  readonly items: readonly string[];
  readonly state?: string;
  readonly hiddenItems?: readonly string[];
};

type Reach =
  | { readonly kind: "estimate"; readonly share: number; readonly untold: number; readonly requests: number }
  | { readonly kind: "unknown"; readonly reason: string };

/** What is wrong with pins, and whom they reach. */
export type CheckFacts = {
  readonly conflicts: readonly { readonly kind: string; readonly reason: string }[];
  readonly reach?: Readonly<Record<string, Reach>>;
  readonly difference?: {
    readonly added: readonly Pin[];
    readonly removed: readonly Pin[];
    readonly changed: readonly { readonly before: Pin; readonly after: Pin }[];
    readonly isReordered: boolean;
  };
};

export type PinsFacts = CheckFacts & {
  readonly version: number;
  readonly now: string;
  readonly pins: readonly Pin[];
};

export type DraftFacts = {
  readonly id: number;
  readonly state: string;
  readonly start: string;
  readonly by: string;
  readonly note?: string;
  readonly outcome?: string;
  readonly pins: readonly Pin[];
};

export type PreviewFacts = {
  readonly context: string;
  readonly at: string;
  readonly cluster: string;
  readonly pageOf?: string;
  readonly pins: readonly { readonly id: string; readonly isShown: boolean; readonly reason: string }[];
  readonly carousels: readonly {
    readonly id: string;
    readonly title: string;
    readonly items: readonly { readonly id: string; readonly title: string }[];
  }[];
};

export function pinsText(facts: PinsFacts, drafts: readonly DraftFacts[] | undefined): string {
  const { version, now, pins, reach } = facts;
  const lines = [
    `Version ${version}; the content's clock says ${now}.`,
    ...(pins.length === 0 ? ["There are no pins."] : pins.flatMap((pin) => pinLines(pin, reach?.[pin.id]))),
    ...(drafts ?? []).map(draftLine),
  ];
  return [...lines.map(printable), checkText({ conflicts: facts.conflicts })].join("\n").trimEnd();
}

function pinLines(pin: Pin, reach: Reach | undefined): string[] {
  const hidden = pin.hiddenItems === undefined ? "" : `; may not be shown now: ${pin.hiddenItems.join(", ")}`;
  return [
    `${pin.id}  ${pin.state ?? ""}  ${timesText(pin)}  ${(pin.contexts ?? []).join(", ")}`,
    `    ${pin.title === undefined ? "leads the first carousel" : `carousel "${pin.title}"`}: ${pin.items.join(", ")}${hidden}`,
    `    for ${audienceText(pin)}${reach === undefined ? "" : `; reach: ${reachText(reach)}`}`,
  ];
}

function timesText({ from, until }: Pin): string {
  if (from === undefined && until === undefined) return "always";
  return `${from === undefined ? "" : `from ${from} `}${until === undefined ? "on" : `until ${until}`}`;
}

function audienceText({ when }: Pin): string {
  const parts = Object.entries(when ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return parts.length === 0 ? "everybody" : parts.join(", ");
}

function reachText(reach: Reach): string {
  if (reach.kind === "unknown") return `unknown, ${reach.reason}`;
  const untold =
    reach.untold < 0.0005 ? "" : `, and up to ${percent(reach.untold)} more of which it can't tell`;
  return `${percent(reach.share)} of about ${counted(reach.requests, "request")}${untold}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function draftLine({ id, state, start, by, note, outcome, pins }: DraftFacts): string {
  const why = note === undefined ? "" : ` (${note})`;
  const end = outcome === undefined ? "" : `: ${outcome}`;
  return `draft ${id}  ${state}${end}  at ${start}  by ${by}${why}  ${counted(pins.length, "pin")}: ${pins.map((pin) => pin.id).join(", ")}`;
}

export function draftText(draft: DraftFacts): string {
  return printable(draftLine(draft));
}

export function checkText({ conflicts }: CheckFacts): string {
  return conflicts.map(({ kind, reason }) => printable(`conflict (${kind}): ${reason}`)).join("\n");
}

export function differenceText({ difference, reach }: CheckFacts): string {
  if (difference === undefined) return "";
  const { added, removed, changed, isReordered } = difference;
  const lines = [
    ...removed.map((pin) => `- ${pin.id}: ${JSON.stringify(pin)}`),
    ...added.map((pin) => `+ ${pin.id}: ${JSON.stringify(pin)}`),
    ...changed.flatMap(({ before, after }) => fieldLines(before, after)),
    ...(isReordered ? ["The pins stand in another order, which decides who comes first."] : []),
    ...[...added, ...changed.map(({ after }) => after)].flatMap((pin) => {
      const known = reach?.[pin.id];
      return known === undefined ? [] : [`${pin.id} reaches ${reachText(known)}`];
    }),
  ];
  return lines.length === 0 ? "No pin differs." : lines.map(printable).join("\n");
}

function fieldLines(before: Pin, after: Pin): string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [was, is] = [JSON.stringify(old.get(field)), JSON.stringify(now.get(field))];
    return was === is ? [] : [`~ ${before.id}.${field}: ${was ?? "nothing"} → ${is ?? "nothing"}`];
  });
}

const SHOWN_ITEMS = 6;

export function previewText({ context, at, cluster, pageOf, pins, carousels }: PreviewFacts): string {
  const page = pageOf === undefined ? "no page is stored for it yet" : `with the page of ${pageOf}`;
  return [
    `${context} at ${at} for cluster ${cluster}, ${page}:`,
    ...carousels.map(({ title, items }) => {
      const more = items.length > SHOWN_ITEMS ? ` … (${items.length})` : "";
      return `  ${title}: ${items
        .slice(0, SHOWN_ITEMS)
        .map((item) => item.title)
        .join(" · ")}${more}`;
    }),
    ...pins.map(({ id, isShown, reason }) => `${isShown ? "shown" : "not shown"}: ${id} ${reason}`),
  ]
    .map(printable)
    .join("\n");
}
