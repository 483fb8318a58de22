/** Viewers of every kind, those too whose habits resemble a scraper's: one viewer's night → calls. */
import type { DayCalls } from "./calls.ts";
import { NIGHTS } from "./scenario.ts";

const HOUR_S = 3600;
/** Places in the log's list of agents. */
const TV_AGENT = 6;
const TV_CLIENT_AGENT = 10;
/** The share of sessions in the evening; the rest is spread over the day. */
const EVENING = 0.65;

/** Shares of viewers; the others are regular. */
const KIOSKS = 0.001;
const HOMEPAGE_TVS = 0.05;
/** The share of these that come by the clock, with the same number of reads every time. */
const STEADY_TVS = 0.3;
const EARLY_RISERS = 0.03;
const NIGHT_OWLS = 0.02;
/** Who joins during the 30 nights. */
const NEW_VIEWERS = 0.15;
/** Behind one of a carrier's addresses. */
const CARRIED = 0.2;

export type Draw = () => number;
type Day = Pick<DayCalls, "add">;

/** A stable draw for one trait of one actor, in [0, 1). */
export function traitOf(actor: number, trait: number): number {
  let hash = Math.imul(actor + 1, 0x9e3779b1) ^ Math.imul(trait + 1, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

export function addViewer(day: Day, actor: number, night: number, draw: Draw): void {
  const joins = traitOf(actor, 1) < NEW_VIEWERS ? traitOf(actor, 2) * NIGHTS : 0;
  if (night < joins) return;
  const kind = traitOf(actor, 0);
  const network = networkOf(actor, draw);
  if (kind < KIOSKS) addKiosk(day, actor, draw, network);
  else if (kind < KIOSKS + HOMEPAGE_TVS) addHomepageTv(day, actor, draw, network);
  else if (kind < KIOSKS + HOMEPAGE_TVS + EARLY_RISERS) {
    if (draw() < 0.8) addSession(day, actor, (5 + 1.5 * draw()) * HOUR_S, 1, draw, network);
  } else if (kind < KIOSKS + HOMEPAGE_TVS + EARLY_RISERS + NIGHT_OWLS) {
    if (draw() < 0.5) addSession(day, actor, (1 + 3 * draw()) * HOUR_S, 3, draw, network);
  } else {
    const often = 0.03 + 0.6 * traitOf(actor, 3) ** 2;
    if (draw() >= often) return;
    addSession(day, actor, startOf(draw), 1 + Math.floor(2 * traitOf(actor, 4)), draw, network);
    if (draw() < 0.2) addSession(day, actor, startOf(draw), 1, draw, network);
  }
}

/**
 * The homepage, then perhaps more of it, other pages, a search, something to watch, and events of what was
 * seen.
 */
function addSession(
  day: Day,
  actor: number,
  startS: number,
  homepages: number,
  draw: Draw,
  network: number,
): void {
  const agent = Math.floor(8 * traitOf(actor, 5));
  let atS = Math.floor(startS);
  const call = (category: Parameters<Day["add"]>[2]): void => {
    day.add(atS, actor, category, agent, network);
    atS += 5 + Math.floor(90 * draw());
  };
  for (let read = 0; read < homepages; read += 1) call("homepage");
  while (draw() < 0.35) call("homepage");
  // Some look and leave, and some of their events never arrive.
  const leaves = draw() < 0.15;
  if (draw() < 0.85) call("events");
  if (leaves) return;
  while (draw() < 0.4) call(draw() < 0.5 ? "movies" : draw() < 0.7 ? "series" : "live");
  if (draw() < 0.2) call("search");
  if (draw() < 0.25) call("similar");
  if (draw() < 0.7) {
    call("playback");
    atS += Math.floor(1800 * draw());
    if (draw() < 0.9) call("events");
  }
}

/**
 * Switched on once or twice an evening, at whatever time, or by the clock; it posts nothing, and some apps
 * name only their client.
 */
function addHomepageTv(day: Day, actor: number, draw: Draw, network: number): void {
  if (draw() > 0.4 + 0.55 * traitOf(actor, 3)) return;
  const usualS = (17 + 4 * traitOf(actor, 6)) * HOUR_S;
  const agent = traitOf(actor, 8) < 0.5 ? TV_AGENT : TV_CLIENT_AGENT;
  if (traitOf(actor, 7) < STEADY_TVS) {
    const startS = usualS + 1200 * draw();
    const reads = 1 + Math.floor(6 * traitOf(actor, 10));
    for (let read = 0; read < reads; read += 1)
      day.add(Math.floor(startS + 40 * read), actor, "homepage", agent, network);
    return;
  }
  const times = draw() < 0.35 ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    day.add(Math.floor(usualS + 3 * HOUR_S * draw()), actor, "homepage", agent, network);
  }
}

/** Reloads by the clock, night after night: most all day in shops, one in five only at night, in hotels. */
function addKiosk(day: Day, actor: number, draw: Draw, network: number): void {
  const atNight = traitOf(actor, 6) < 0.2;
  const startS = (atNight ? 2 : 8 + Math.floor(3 * traitOf(actor, 7))) * HOUR_S;
  const reloads = atNight ? 6 : 20 + Math.floor(40 * traitOf(actor, 8));
  const everyS = atNight ? 1200 : 600;
  for (let reload = 0; reload < reloads; reload += 1) {
    day.add(startS + reload * everyS + Math.floor(20 * draw()), actor, "homepage", 7, network);
  }
}

function startOf(draw: Draw): number {
  if (draw() > EVENING) return (7 + 16.5 * draw()) * HOUR_S;
  // The mean of two is a triangle, with its top at nine in the evening.
  return (18.5 + 2.5 * (draw() + draw())) * HOUR_S;
}

/** A family's address, or one of a carrier's thousands. */
function networkOf(actor: number, draw: Draw): number {
  if (traitOf(actor, 9) < CARRIED) return 0x64400000 + Math.floor(2000 * draw());
  return 0x0a000000 + Math.floor(actor / 3);
}
