/** Scrapers in all their variants, the load test, and the burst: one night → calls. */
import type { DayCalls } from "./calls.ts";
import { BURST, LOAD_TEST, NIGHTS, STEP_NIGHT, type Population, type Variant } from "./scenario.ts";
import { traitOf, type Draw } from "./viewers.ts";

const HOUR_S = 3600;
const WINDOW = { startS: 2 * HOUR_S, durationS: 2 * HOUR_S };
/** A jittered window is most of the night. */
const JITTERED = { startS: 0, durationS: 7 * HOUR_S };
const READS = 6;
/** What the load test and the burst call themselves. */
const TEST_AGENT = 8;
const BOT_AGENT = 9;

type Day = Pick<DayCalls, "add">;

/** Where scrapers have new ids every night, these follow all other ids. */
export function scraperIds(people: Population, variant: Variant): { first: number; count: number } {
  const first = people.viewers + people.testers + people.bots;
  const nights = variant === "new ids every night" ? NIGHTS - STEP_NIGHT : 1;
  return { first, count: people.scrapers * nights };
}

export function addScrapers(day: Day, night: number, people: Population, variant: Variant, draw: Draw): void {
  if (night < STEP_NIGHT) return;
  const { first } = scraperIds(people, variant);
  const renewed = variant === "new ids every night" ? (night - STEP_NIGHT) * people.scrapers : 0;
  const window = variant === "jittered window" ? JITTERED : WINDOW;
  for (let at = 0; at < people.scrapers; at += 1) {
    const actor = first + renewed + at;
    const agent = Math.floor(6 * traitOf(actor, 5));
    const reads = variant === "5-7 reads" ? READS - 1 + Math.floor(3 * draw()) : READS;
    let atS = Math.floor(window.startS + window.durationS * draw());
    const network = scraperNetwork(actor, people, variant, draw);
    for (let read = 0; read < reads; read += 1) {
      day.add(atS, actor, "homepage", agent, network);
      if (variant === "1 % fake clicks" && draw() < 0.01) day.add(atS + 3, actor, "events", agent, network);
      atS += 10 + Math.floor(80 * draw());
    }
  }
}

/** A third of the ids share addresses with 30 others. */
function scraperNetwork(actor: number, { scrapers }: Population, variant: Variant, draw: Draw): number {
  const addresses = Math.max(1, Math.ceil(scrapers / 30));
  if (variant === "rotating IPs") return 0x2d000000 + Math.floor(2 ** 22 * draw());
  if (traitOf(actor, 9) < 1 / 3) return 0x2d000000 + Math.floor(addresses * traitOf(actor, 10));
  return 0x2e000000 + (actor & 0xffffff);
}

export function addLoadTest(day: Day, night: number, { viewers, testers }: Population, draw: Draw): void {
  if (night !== LOAD_TEST.night) return;
  for (let call = 0; call < testers * 30; call += 1) {
    const secondS = LOAD_TEST.startS + Math.floor(LOAD_TEST.durationS * draw());
    day.add(
      secondS,
      viewers + (call % testers),
      "homepage",
      TEST_AGENT,
      0xc6336400 + Math.floor(256 * draw()),
    );
  }
}

export function addBurst(day: Day, night: number, people: Population, draw: Draw): void {
  if (night !== BURST.night) return;
  const first = people.viewers + people.testers;
  for (let call = 0; call < people.bots * 8; call += 1) {
    const secondS = BURST.startS + Math.floor(BURST.durationS * draw());
    day.add(
      secondS,
      first + (call % people.bots),
      "homepage",
      BOT_AGENT,
      0xcb007100 + Math.floor(256 * draw()),
    );
  }
}
