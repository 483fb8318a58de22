/** The scenario → a CSV log in the order of time. */
import { closeSync, openSync, writeSync } from "node:fs";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { createDayCalls } from "./calls.ts";
import { addBurst, addLoadTest, addScrapers } from "./others.ts";
import { DAY_S, FIRST_DAY, idOf, NIGHTS, population, type Scenario } from "./scenario.ts";
import { addViewer } from "./viewers.ts";

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/142.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile",
  "Mozilla/5.0 (Linux; Android 16; Pixel 10) Chrome/140.0 Mobile",
  "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) Mobile",
  "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
  "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) TV Safari/537.36",
  "Mozilla/5.0 (Web0S; Linux/SmartTV) Chrome/108.0 Kiosk",
  "k6/1.3.0 (https://k6.io/)",
  "python-requests/2.32.5",
  "okhttp/4.12.0",
];
const CHUNK_CHARACTERS = 1 << 20;

/** Returns the number of rows. */
export function writeLog(path: string, scenario: Scenario, onNight: (night: number) => void): number {
  const people = population(scenario);
  const draw = seededRandom(scenario.seed);
  const day = createDayCalls();
  const file = openSync(path, "w");
  let rows = 0;
  let text = "time,user,network,agent,category,method\n";
  try {
    for (let night = 0; night < NIGHTS; night += 1) {
      for (let actor = 0; actor < people.viewers; actor += 1) addViewer(day, actor, night, draw);
      addScrapers(day, night, people, scenario.variant, draw);
      addLoadTest(day, night, people, draw);
      addBurst(day, night, people, draw);
      const date = new Date(Date.parse(FIRST_DAY) + night * DAY_S * 1000).toISOString().slice(0, 10);
      day.each((second, actor, category, isPost, agent, network) => {
        text += `${date}T${clock(second)}Z,${idOf(actor)},${address(network)},${AGENTS[agent] ?? ""},${category},${isPost ? "POST" : "GET"}\n`;
        if (text.length < CHUNK_CHARACTERS) return;
        writeSync(file, text, null, "latin1");
        text = "";
      });
      rows += day.size();
      day.clear();
      onNight(night + 1);
    }
    writeSync(file, text, null, "latin1");
  } finally {
    closeSync(file);
  }
  return rows;
}

function clock(second: number): string {
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function address(network: number): string {
  return `${network >>> 24}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${network & 255}`;
}
