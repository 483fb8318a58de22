/** A dry run's result as tables, for the terminal and the page. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, type Table } from "@spillway/kit/charts/table.ts";
import type { Share } from "./estimate.ts";
import type { Verdict } from "./fail-if.ts";
import type { DryRunResult, RuleReport, WorstMinute } from "./result.ts";
import { errorIn, numberIn, outcomeIn, percentIn, rateIn } from "./sentence.ts";

export type TitledTable = { readonly title: string; readonly table: Table };

const MOST_FLOWS = 20;
/** A share below this is printed as 0.00 %. */
const LEAST_SHARE = 0.00005;

export function dryRunTables(result: DryRunResult, verdicts: readonly Verdict[]): TitledTable[] {
  // Of nothing, only conditions are to be told: they fail.
  if (result.sample.tuples === 0) return verdictTable(verdicts);
  return [
    ...verdictTable(verdicts),
    ...flowTable(result.flows),
    { title: "Served as", table: outcomeTable(result.outcomes) },
    ...ruleTable(result.rules),
    ...originTable(result.origin),
    ...deviationTable(result.fidelity),
  ];
}

/** What the figures are worth: sample and fidelity, a line each. */
export function basisLines({ sample, fidelity }: DryRunResult): string[] {
  const { tuples, requests, effectiveTuples, from, until, versions } = sample;
  if (tuples === 0) return [];
  const lines = [
    `Sample: ${counted(tuples, "tuple")} for ${counted(requests, "request")}, ${from} to ${until}; they tell as much as ${formatCount(effectiveTuples)} of equal weight. Routing obeyed: version${versions.length === 1 ? "" : "s"} ${versions.join(", ")}.`,
  ];
  if (fidelity !== undefined) {
    const share = `${(Math.floor(fidelity.share * 10_000) / 100).toFixed(2)} %`;
    const warning = fidelity.isEnough ? "" : " WARNING: less than 99.90 %, so what follows is worth less.";
    lines.push(
      `Fidelity: replayed, the rules before decide as it went for ${share} of ${counted(fidelity.tuples, "tuple")}.${warning}`,
    );
  }
  return lines;
}

function verdictTable(verdicts: readonly Verdict[]): TitledTable[] {
  if (verdicts.length === 0) return [];
  return [
    {
      title: "Fails if",
      table: {
        head: ["condition", "measured", "95 % interval", "verdict"],
        align: ["left", "right", "right", "left"],
        rows: verdicts.map(({ condition, verdict, measured, unit }) => [
          condition,
          form(measured.share, unit),
          `${form(measured.low, unit)} – ${form(measured.high, unit)}`,
          VERDICT_WORDS[verdict],
        ]),
      },
    },
  ];
}

function form(value: number, unit: Verdict["unit"]): string {
  return unit === "%" ? `${(100 * value).toFixed(2)} %` : rateIn(value);
}

const VERDICT_WORDS: Readonly<Record<Verdict["verdict"], string>> = {
  passes: "no: passes",
  fails: "yes: FAILS",
  undecided: "cannot be excluded: FAILS",
};

function flowTable(flows: DryRunResult["flows"]): TitledTable[] {
  if (flows.length === 0) return [];
  const rest = flows.length - MOST_FLOWS;
  return [
    {
      title: "What would change",
      table: {
        head: ["from", "to", "share", "95 % interval", "requests", "tuples"],
        align: ["left", "left", "right", "right", "right", "right"],
        rows: flows
          .slice(0, MOST_FLOWS)
          .map(({ from, to, requests, tuples, ...share }) => [
            outcomeIn(from),
            outcomeIn(to),
            percentOf(share),
            intervalIn(share),
            formatCount(requests),
            numberIn(tuples),
          ]),
        ...(rest > 0 && { note: `And ${counted(rest, "smaller one")}.` }),
      },
    },
  ];
}

function outcomeTable(outcomes: DryRunResult["outcomes"]): Table {
  return {
    head: ["served as", "before", "95 % interval", "after", "95 % interval"],
    align: ["left", "right", "right", "right", "right"],
    rows: outcomes
      .filter(({ before, after }) => before.share > 0 || after.share > 0)
      .map(({ as, before, after }) => [
        as,
        percentOf(before),
        intervalIn(before),
        percentOf(after),
        intervalIn(after),
      ]),
  };
}

function ruleTable({ before, after }: DryRunResult["rules"]): TitledTable[] {
  if (after.length === 0) return [];
  const was = new Map(before.map((rule) => [rule.name, rule]));
  return [
    {
      title: "Rules",
      table: {
        head: ["rule", "then", "hits", "95 % interval", "before", "what is to be said"],
        align: ["left", "left", "right", "right", "right", "left"],
        rows: after.map((rule) => {
          const old = was.get(rule.name);
          return [
            rule.name,
            rule.then,
            percentOf(rule),
            intervalIn(rule),
            old === undefined ? "–" : percentOf(old),
            remarkOn(rule),
          ];
        }),
      },
    },
  ];
}

function remarkOn({ status, matches, takenBy }: RuleReport): string {
  const takers = takenBy.map((taker) => `${taker.name} (${Math.round(100 * taker.share)} %)`).join(", ");
  switch (status) {
    case "hit":
      return takers === ""
        ? ""
        : `of ${percentIn({ share: matches })} that match, earlier rules take some: ${takers}`;
    case "shadowed":
      return takers === ""
        ? `matches ${percentIn({ share: matches })}, and never decides`
        : `shadowed by ${takers}`;
    case "never-hit":
      return "never hit: nothing in the sample matches";
    case "not-in-force":
      return "not in force: its cluster is not in the index";
    case "not-sampled":
      return "cannot tell: the sample has nothing of its time";
  }
}

function originTable({ worstBefore, worstAfter }: DryRunResult["origin"]): TitledTable[] {
  const rows = [["before", worstBefore] as const, ["after", worstAfter] as const].flatMap(([when, worst]) =>
    worst === undefined ? [] : [[when, ...worstRow(worst)]],
  );
  if (rows.length === 0) return [];
  return [
    {
      title: "The origin's worst minute",
      table: {
        head: ["", "minute", "asked", "±", "threshold", "of it", "admitted"],
        align: ["left", "left", "right", "right", "right", "right", "right"],
        rows,
      },
    },
  ];
}

function worstRow({ at, askedPerSec, errorPerSec, admittedPerSec, thresholdPerSec }: WorstMinute): string[] {
  return [
    at,
    rateIn(askedPerSec),
    rateIn(errorPerSec),
    thresholdPerSec === undefined ? "none" : rateIn(thresholdPerSec),
    thresholdPerSec === undefined || thresholdPerSec === 0
      ? "–"
      : `${Math.round((100 * askedPerSec) / thresholdPerSec)} %`,
    rateIn(admittedPerSec),
  ];
}

function deviationTable(fidelity: DryRunResult["fidelity"]): TitledTable[] {
  if (fidelity === undefined || fidelity.deviations.length === 0) return [];
  return [
    {
      title: "Where the replay deviates most",
      table: {
        head: ["it went", "replayed", "tuples"],
        align: ["left", "left", "right"],
        rows: fidelity.deviations.map(({ went, replayed, tuples }) => [went, replayed, formatCount(tuples)]),
      },
    },
  ];
}

function percentOf(share: Share): string {
  return share.share > 0 && share.share < LEAST_SHARE ? "< 0.01 %" : percentIn(share);
}

function intervalIn(share: Share): string {
  const { low, high } = share;
  return `${(100 * low).toFixed(2)} – ${(100 * high).toFixed(2)} %`;
}

/** Such as `3.1 % ± 0.2`. */
export function shareWithError(share: Share): string {
  return `${percentIn(share)} ± ${errorIn(share)}`;
}
