/**
 * Reads the device from User-Agent, with the browser's `Sec-CH-UA-Mobile` as a hint. It uses a small table of
 * its own, since of the maintained packages ua-parser-js 2 is AGPL, and device-detector-js is half a megabyte
 * of expressions that run one after the other.
 *
 * An iPad that asks for desktop pages cannot be recognised: it says `Macintosh`.
 */
import type { Device } from "./signals.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

const TV =
  /TV Safari|S(?:mart|MART)[- ]?TV|HbbTV|NETTV|MiTV|PhilipsTV|DTV|(?:Google|Android|Apple) ?TV|Web0S|webOS\.TV|Tizen|NetCast|BRAVIA|VIERA|Viera|VIDAA|SmartCast|VIZIO|\bAFT[A-Z]|Roku|CrKey|Chromecast|MI ?BOX|MiBOX|PlayStation|Nintendo|Xbox/;
const MAX_USER_AGENT_LENGTH = 512;

/**
 * `mobileHint` is the header `Sec-CH-UA-Mobile`. It is `?1` on phones and `?0` on desktops, but also on
 * tablets and TVs.
 */
export function readDevice(userAgent: string, mobileHint: string | null | undefined): TracedValue<Device> {
  if (userAgent === "") {
    if (mobileHint === "?1") return { value: "mobile", source: "header Sec-CH-UA-Mobile" };
    return { value: "other", source: DEFAULT_SOURCE };
  }
  const agent = userAgent.slice(0, MAX_USER_AGENT_LENGTH);
  return { value: deviceOf(agent, mobileHint === "?1"), source: "header User-Agent" };
}

/** The common cases come first. An app may have "TV" in its name, so iOS and Windows come before the TVs. */
function deviceOf(agent: string, mobile: boolean): Device {
  if (isRobot(agent)) return "other";
  if (agent.includes("iPhone") || agent.includes("iPod")) return "mobile";
  if (agent.includes("iPad")) return "tablet";
  if (agent.includes("Windows NT")) return agent.includes("Xbox") ? "tv" : "desktop";
  if (agent.includes("Macintosh")) return "desktop";
  if (TV.test(agent)) return agent.includes("Tizen") && isPhoneOnTizen(agent) ? "mobile" : "tv";
  if (mobile) return "mobile";
  const browser = agent.startsWith("Mozilla/") || agent.startsWith("Opera/");
  // Android's own HTTP client never says Mobile, so only a browser without the word is a tablet.
  if (agent.includes("Android")) return agent.includes("Mobile") || !browser ? "mobile" : "tablet";
  if (agent.includes("Mobile") || agent.includes("Windows Phone")) return "mobile";
  if (agent.includes("Tablet")) return "tablet";
  return browser && (agent.includes("X11") || agent.includes("CrOS") || agent.includes("Linux"))
    ? "desktop"
    : "other";
}

/** Most robots say what they are in the middle of a browser's User-Agent. */
function isRobot(agent: string): boolean {
  return agent.includes("+http") || agent.includes("bot/") || agent.includes("Headless");
}

function isPhoneOnTizen(agent: string): boolean {
  return agent.includes("Mobile") && !agent.includes("TV");
}
