/**
 * Whether an agent names a browser that people had long replaced: scrapers keep the name they once copied.
 */
import { agentClass } from "./agent-class.ts";

/**
 * The first versions of 2020, by the vendors' release calendars. Browsers on computers and phones replace
 * themselves; televisions keep the engine that they were built with.
 */
const FIRST_OF_2020 = [
  { name: /\b(?:Chrome|CriOS)\/(\d+)/, version: 79 },
  { name: /\b(?:Firefox|FxiOS)\/(\d+)/, version: 72 },
  { name: /\bVersion\/(\d+)[\d.]* .*Safari\//, version: 13 },
];
/** Internet Explorer's last version is of 2013; Opera's own engine, of which `Presto` tells, too. */
const LONG_GONE = /\bMSIE \d|\bTrident\/|\bPresto\/|\bNetscape\/|Windows (?:95|98|CE|NT [45])/;

export function isOldBrowser(agent: string): boolean {
  if (!agent.startsWith("Mozilla/") && !agent.startsWith("Opera/")) return false;
  const kind = agentClass(agent);
  if (kind !== "desktop" && kind !== "mobile" && kind !== "other") return false;
  if (LONG_GONE.test(agent)) return true;
  const named = FIRST_OF_2020.find(({ name }) => name.test(agent));
  return named !== undefined && Number(named.name.exec(agent)?.[1]) < named.version;
}
