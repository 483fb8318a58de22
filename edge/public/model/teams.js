// @ts-check
/** The teams that a viewer may favour: names, and the colours of their crests. */
import { hashOf } from "./hash.js";

/**
 * @typedef {{ readonly name: string, readonly stripes: "h" | "v", readonly colours: readonly string[],
 *   readonly ground: string }} Team `ground` is the main colour
 */

/** The mark of a team that is not known yet. */
export const UNKNOWN = "?";

/** Code, name, direction of the stripes, and colours. They distinguish crests and are no flags. */
const TABLE = `
ALG|Algeria|v|006633 ffffff
ARG|Argentina|v|75aadb ffffff 75aadb
AUS|Australia|h|00843d ffcd00
AUT|Austria|h|ed2939 ffffff ed2939
BEL|Belgium|v|1a1a1a fae042 ed2939
BIH|Bosnia & Herzegovina|v|002f6c fecb00
BRA|Brazil|h|009c3b ffdf00 009c3b
CAN|Canada|v|e0202a ffffff e0202a
CIV|Ivory Coast|v|f77f00 ffffff 009e60
COD|DR Congo|v|007fff f7d618 ce1021
COL|Colombia|h|fcd116 003893 ce1126
CPV|Cape Verde|h|003893 ffffff cf2027
CRO|Croatia|h|e0202a ffffff 171796
CUW|Curaçao|h|002b7f f9e814 002b7f
CZE|Czech Republic|h|ffffff d7141a
ECU|Ecuador|h|ffdd00 034ea2 ed1c24
EGY|Egypt|h|ce1126 ffffff 1a1a1a
ENG|England|v|ffffff ce1124 ffffff
ESP|Spain|h|aa151b f1bf00 aa151b
FRA|France|v|0b2f8f ffffff ed2939
GER|Germany|h|1a1a1a dd0000 ffce00
GHA|Ghana|h|ce1126 fcd116 006b3f
HAI|Haiti|h|00209f d21034
IRN|Iran|h|239f40 ffffff da0000
IRQ|Iraq|h|ce1126 ffffff 1a1a1a
JOR|Jordan|h|1a1a1a ffffff 007a3d
JPN|Japan|v|12206b ffffff bc002d
KOR|South Korea|h|cd2e3a ffffff 0047a0
KSA|Saudi Arabia|v|006c35 ffffff 006c35
MAR|Morocco|v|c1272d 006233
MEX|Mexico|v|006847 ffffff ce1126
NED|Netherlands|h|f36c21 ffffff 21468b
NOR|Norway|v|ba0c2f ffffff 00205b
NZL|New Zealand|v|1a1a1a ffffff 1a1a1a
PAN|Panama|v|da121a ffffff 005293
PAR|Paraguay|h|d52b1e ffffff 0038a8
POR|Portugal|v|006600 e0202a
QAT|Qatar|v|ffffff 8a1538
RSA|South Africa|h|007a4d ffb612 007a4d
SCO|Scotland|v|005eb8 ffffff 005eb8
SEN|Senegal|v|00853f fdef42 e31b23
SUI|Switzerland|v|d52b1e ffffff d52b1e
SWE|Sweden|h|006aa7 fecc00 006aa7
TUN|Tunisia|h|e70013 ffffff e70013
TUR|Turkey|v|e30a17 ffffff
URU|Uruguay|h|7bafd4 ffffff 7bafd4
USA|USA|h|b22234 ffffff 3c3b6e
UZB|Uzbekistan|h|0099b5 ffffff 1eb53a`;

/** @type {ReadonlyMap<string, Team>} */
export const TEAMS = new Map(
  TABLE.trim()
    .split("\n")
    .map((line) => {
      const [code = "", name = code, stripes, colours = ""] = line.split("|");
      const hexes = colours.split(" ");
      return [
        code,
        {
          name,
          stripes: stripes === "v" ? "v" : "h",
          colours: hexes.map((hex) => `#${hex}`),
          ground: `#${hexes.find(isVivid) ?? hexes[0]}`,
        },
      ];
    }),
);

/**
 * Returns a team. One that is not in the table gets colours that are computed from its code.
 * @param {string} code
 * @returns {Team}
 */
export function teamOf(code) {
  if (code === UNKNOWN)
    return { name: "To be decided", stripes: "v", colours: ["#3a4659", "#566379"], ground: "#3a4659" };
  const known = TEAMS.get(code);
  if (known !== undefined) return known;
  const hue = hashOf(code) % 360;
  const ground = `hsl(${hue} 60% 40%)`;
  return { name: code, stripes: "v", colours: [ground, `hsl(${hue} 60% 82%)`], ground };
}

/**
 * True for a colour other than black, white and grey.
 * @param {string} hex
 */
function isVivid(hex) {
  const channels = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return Math.max(...channels) - Math.min(...channels) > 60;
}
