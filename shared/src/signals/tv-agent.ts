/**
 * Which User-Agents are televisions, and what is watched on one: set-top boxes, sticks, projectors and
 * consoles. There is no standard name, so this is a table of the words by which platforms name themselves.
 * Every expression is a list of words, so that none backtracks.
 */

/** Words of platforms, browsers and devices that nothing but a television has, in lower case. */
const PLATFORMS = new RegExp(
  [
    // Standards: HbbTV, CEA-2014, and Opera's TV SDK.
    "hbbtv|ce-html|netcast|nettv|\\bomi/|avui/tv|espial|ekioh|antgalio|digital-tv|dtvnetbrowser|tsbnettv|inettvbrowser",
    // Makers' systems and browsers.
    "smart[-_ ]?tv|web0s|webos[-. ;]*tv|\\bwebos\\b(?!/[123][.])|lg[e ]? ?browser|\\bmaple|orsay|bravia|viera|\\bdiga\\b|vidaa|smartcast|vizio",
    "philips[-_ ]?tv|saphi|titan ?os|whale(?:os| ?tv)|zeasn|netrange|\\btbrowser|foxxum|opera ?tv|vewd|\\bodin/|vestel|vstvb",
    "aquosbrowser|aquos[-_ ]?(?:tv|as|dmp)\\b|sonycebrowser|sonybdp|skyworth|loewe|toshiba[-_ ]dtv|roku|brightsign|webtv|kylo/|tv ?bro/|quick search tv|smarthub|tpvision",
    "(?:lg|samsung|sony|hisense|panasonic|philips|sharp|toshiba|tcl|skyworth|haier|grundig|jvc|thomson|telefunken)[-_ ]?tv(?![a-z])",
    // Sticks, boxes and services.
    "(?:google|android|apple|fire|mi|beyond|pov)[-_ ]?tv(?![a-z])|androidtv|appletv|\\btvos|crkey|chromecast|firetv|fire ?os tv",
    "mi ?box|tv[-_ ]?box|tv[-_ ]?stick|smart[-_ ]?box|ott[-_ ]?box|streaming (?:box|stick)|set-?top|\\bstb\\d*\\b|_stb(?:\\b|_)|\\[tv\\]|cobalt/\\d|starboard/|stbapp|decoder_",
    "sky ?q\\b|sky_(?:ott|stb)|freebox|bbox|youview|xumo|\\btivo|humax|sagemcom|technisat|technicolor|kreatv|dreambox|enigma2|formuler|droidlogic",
    "\\badt-[23]\\b|(?:\\b|_)gibbon\\b|devtype=|projector|xgimi|nebula[-_ ]|ouya",
    // Consoles.
    "playstation|\\bps[345]\\b|xbox|nintendo",
  ].join("|"),
);

/** Words whose letter case tells them from others: Fire TV's models, and `TV` by itself. */
const CAPITALS = /(?:\b|_)AFT[A-Z0-9]{1,16}\b|\bMITV|\bMiTV|\bATV\d?\b/;

/**
 * In the part about the device: `4KTV`, `KM9_TV_BOX`, `TIMVISIONBOX`, `haierATVnippori`, and behind it `TV`
 * alone.
 */
const TV_IN_MODEL = /tv(?![a-z])|(?:^|[^a-z])tv|box(?![a-z])|[a-z][ _]shell[ _][a-z\d]{4}/i;
const ATV_IN_MODEL = /[a-z_\d]ATV/;
const TV_BEHIND = /\bTV\b/;

/** `Linux; olleh tv; …`: what has no system of another name. */
const TV_ON_LINUX = /linux.{0,80}[ ;(/_-]tv(?:[ ;)/_]|$)/;

const DTV = /\bDTV\b/;
const ANDROID = /andr[o0]id/;
const HANDHELD = /playstation (?:vita|portable)|\bpsp\b|nintendo (?:3ds|dsi?)\b/;

/** Makers number phones and tablets so. Some receive television, and are named `DTV` or `TV` for it. */
const PHONE = /\b(?:BNTV|SM-[A-Z]\d|GT-[A-Z]\d|LG-|LGM-|LM-[A-Z]\d|XT\d{4}|Pixel \d|RMX\d|CPH\d)/i;

/** Browsers of televisions that name themselves in front of what Android says. */
const TV_BROWSERS = /tv ?bro\/|hbbtv|ce-html|nettv/;

const FRIDGE = /family ?hub/;

/** What a desktop's browser names where the desktop is a console, or stands at a television. */
const DESKTOP_PLATFORMS = /xbox|kylo\/|hbbtv|ce-html|smart-?tv|nettv|netcast/i;

export function isTelevisionAgent(agent: string): boolean {
  if (agent.includes("Windows NT") || agent.includes("Macintosh")) return DESKTOP_PLATFORMS.test(agent);
  const lower = agent.toLowerCase();
  const from = lower.search(ANDROID);
  if (from !== -1) return !PHONE.test(agent) && isAndroidTelevision(agent, lower, from);
  if (HANDHELD.test(lower)) return false;
  if (PLATFORMS.test(lower) || CAPITALS.test(agent) || TV_ON_LINUX.test(lower)) return true;
  if (lower.includes("tizen")) return !agent.includes("Mobile") && !FRIDGE.test(lower);
  return DTV.test(agent) && !agent.includes("Mobile");
}

/** An app may be named after a television, so that only what follows `Android` counts. */
function isAndroidTelevision(agent: string, lower: string, from: number): boolean {
  if (TV_BROWSERS.test(lower)) return true;
  const end = agent.indexOf(")", from);
  const model = agent.slice(from, end === -1 ? agent.length : end).replace(/ Build\/.*$/, "");
  if (DTV.test(model)) return false;
  return (
    PLATFORMS.test(lower.slice(from)) ||
    CAPITALS.test(agent.slice(from)) ||
    TV_IN_MODEL.test(model) ||
    ATV_IN_MODEL.test(model) ||
    (end !== -1 && TV_BEHIND.test(agent.slice(end)))
  );
}

/** Consoles that are held in the hand. */
export function isHandheldConsole(agent: string): boolean {
  return HANDHELD.test(agent.toLowerCase());
}
