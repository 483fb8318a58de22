/** The top callers as tables and sentences. Their texts come from clients, so they are made printable. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import { printable } from "./printable.ts";
import type { Caller, TopCallers, TrafficReport } from "./report-shape.ts";

/** The terminal and the page show so many of each; `--json` has twice as many. */
const SHOWN = 5;
const BAR_CELLS = 20;

/** A sentence for each address and user that makes a large part of all requests. It is no verdict. */
export function standingOut({ callers: { addresses, users, requests } }: TrafficReport): string[] {
  const told = addresses
    .filter(({ standsOut }) => standsOut)
    .map((caller) => sentence("One address", caller));
  // Where no user is named, an address stands for one, and is told already.
  const named = users.filter(
    ({ name, standsOut }) => standsOut && !addresses.some((other) => other.name === name),
  );
  return [...told, ...named.map((caller) => sentence("One user", caller))].map(
    (text) => `${text} of all ${counted(requests, "request")}, whatever the evidence on ids says.`,
  );
}

function sentence(who: string, { name, requests, share, agent, isOldBrowser }: Caller): string {
  const as = agent === null ? "" : `, mostly as ${agent === "" ? "no agent" : `“${printable(agent)}”`}`;
  const old = isOldBrowser ? ", an old browser's name" : "";
  return `${who}, ${printable(name)}${as}${old}, made ${formatCount(requests)} (${formatShare(share)})`;
}

export function callersTable({ callers }: TrafficReport): Table {
  const rows = [
    ...rowsOf("address", callers.addresses),
    ...rowsOf("agent", callers.agents),
    ...rowsOf("user", userRows(callers)),
  ];
  return {
    head: ["top", "caller", "requests", "share", "", "remarks"],
    align: ["left", "left", "right", "right", "left", "left"],
    rows: rows.length === 0 || callers.requests === 0 ? [] : rows,
    note: `Of all ${counted(callers.requests, "request")} in the period: known tests, static files and every method count. --json has ten of each.`,
  };
}

/** Users that are addresses are shown as addresses alone. */
function userRows({ users, addresses }: TopCallers): readonly Caller[] {
  return users.filter(({ name }) => !addresses.some((address) => address.name === name));
}

function rowsOf(kind: string, callers: readonly Caller[]): string[][] {
  return callers
    .slice(0, SHOWN)
    .map((caller, at) => [
      at === 0 ? kind : "",
      caller.name === "" ? "(none)" : printable(caller.name),
      formatCount(caller.requests),
      formatShare(caller.share),
      "█".repeat(Math.round(caller.share * BAR_CELLS)),
      remarksOn(caller).join("; "),
    ]);
}

function remarksOn({ addresses, agent, standsOut, isOldBrowser, isSuspect }: Caller): string[] {
  return [
    ...(standsOut ? ["stands out"] : []),
    ...(isSuspect ? ["suspect"] : []),
    ...(isOldBrowser ? ["an old browser's name"] : []),
    ...(addresses !== null && addresses > 1 ? [`${formatCount(addresses)} addresses`] : []),
    ...(agent === null || agent === "" ? [] : [`mostly ${printable(agent, 40)}`]),
  ];
}
