/**
 * Reads the device from User-Agent, with the browser's `Sec-CH-UA-…` headers as hints. Which agents are
 * televisions, tv-agent.ts tells; docs/decisions/0019-devices.md compares other sources.
 *
 * An iPad that asks for desktop pages cannot be recognised: it says `Macintosh`.
 */
import type { Device } from "./signals.ts";
import { remembered } from "./remembered.ts";
import { saysRobot } from "./robot-agent.ts";
import { isHandheldConsole, isTelevisionAgent } from "./tv-agent.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

const MAX_USER_AGENT_LENGTH = 1024;

/** What Chrome on Android says in place of the model: User-Agent reduction. */
const HIDDEN_MODEL = "Android 10; K)";
const MAX_MODEL_LENGTH = 64;

/**
 * `readHint` reads the header `Sec-CH-UA-Mobile`. It is `?1` on phones and `?0` on desktops, but also on
 * tablets and televisions. `readModel` reads the header `Sec-CH-UA-Model`, a quoted text. Each is asked for
 * only where User-Agent leaves it open.
 */
export function readDevice(
  userAgent: string,
  readHint?: () => string | null | undefined,
  readModel?: () => string | null | undefined,
): TracedValue<Device> {
  if (userAgent === "") {
    if (readHint?.() === "?1") return { value: "mobile", source: "header Sec-CH-UA-Mobile" };
    return { value: "other", source: DEFAULT_SOURCE };
  }
  const agent = userAgent.slice(0, MAX_USER_AGENT_LENGTH);
  const model = agent.includes(HIDDEN_MODEL) ? (readModel?.() ?? "").slice(0, MAX_MODEL_LENGTH) : "";
  if (model.length > 2 && isTelevisionAgent(`(Linux; Android 10; ${model.replaceAll('"', "")})`)) {
    return { value: "tv", source: "header Sec-CH-UA-Model" };
  }
  const { device, mayBeMobile } = deviceOf(agent);
  const isMobile = mayBeMobile && readHint?.() === "?1";
  return { value: isMobile ? "mobile" : device, source: "header User-Agent" };
}

type KnownDevice = {
  readonly device: Device;
  /** True where it is a phone if the hint says so. */
  readonly mayBeMobile: boolean;
};

/** Most requests of an hour come with few hundred agents. */
const AGENTS = 2000;
const deviceOf = remembered((agent): KnownDevice => {
  const named = deviceByName(agent);
  const device = named ?? deviceByHabit(agent);
  return { device, mayBeMobile: named === undefined && device !== "mobile" };
}, AGENTS);

/** The common cases come first. An app may have "TV" in its name, so iOS comes before the televisions. */
function deviceByName(agent: string): Device | undefined {
  if (isRobot(agent)) return "other";
  if (agent.includes("iPhone") || agent.includes("iPod")) return "mobile";
  if (agent.includes("iPad")) return "tablet";
  if (isTelevisionAgent(agent)) return saysRobot(agent) ? "other" : "tv";
  return agent.includes("Windows NT") || agent.includes("Macintosh") ? "desktop" : undefined;
}

function deviceByHabit(agent: string): Device {
  if (isHandheldConsole(agent)) return "mobile";
  const browser = agent.startsWith("Mozilla/") || agent.startsWith("Opera/");
  // Android's own HTTP client never says Mobile, so only a browser without the word is a tablet.
  if (agent.includes("Android")) return agent.includes("Mobile") || !browser ? "mobile" : "tablet";
  if (agent.includes("Mobile") || agent.includes("Windows Phone")) return "mobile";
  if (agent.includes("Tablet")) return "tablet";
  return browser && (agent.includes("X11") || agent.includes("CrOS") || agent.includes("Linux"))
    ? "desktop"
    : "other";
}

const ROBOT = /\+http|(?<!cu)bots?[/;)]|headless|crawler|spider[/;)_-]/i;

/** Most robots say what they are in the middle of a browser's User-Agent, which may be a television's too. */
function isRobot(agent: string): boolean {
  return ROBOT.test(agent);
}
