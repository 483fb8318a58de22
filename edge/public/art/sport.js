// @ts-check
/** Drawings for football: team crests, and the pitch behind them. */
import { teamOf } from "../model/teams.js";
import { html, svg } from "../parts/dom.js";

const SHIELD = "M4 4h40v24c0 14-9 22-20 27C13 50 4 42 4 28Z";

let crests = 0;

/**
 * Draws a shield in the team's colours, with its code below.
 * @param {string} code
 */
export function crest(code) {
  const { stripes, colours } = teamOf(code);
  crests += 1;
  const clip = `shield-${crests}`;
  const step = (stripes === "v" ? 40 : 51) / colours.length;
  const bands = colours.map((fill, at) =>
    stripes === "v"
      ? svg("rect", { x: 4 + at * step, y: 4, width: step + 0.5, height: 52, fill })
      : svg("rect", { x: 4, y: 4 + at * step, width: 40, height: step + 0.5, fill }),
  );
  const shield = svg(
    "svg",
    { viewBox: "0 0 48 60", class: "crest-shield" },
    svg("clipPath", { id: clip }, svg("path", { d: SHIELD })),
    svg("g", { "clip-path": `url(#${clip})` }, ...bands),
    svg("path", { d: "M24 4h20v24c0 14-9 22-20 27Z", fill: "#000", opacity: 0.14 }),
    svg("path", { d: SHIELD, fill: "none", stroke: "#fff", "stroke-opacity": 0.85, "stroke-width": 2 }),
  );
  return html("span", { class: "crest" }, shield, html("span", { class: "crest-code" }, code));
}

/**
 * Draws the lines of the pitch and a sign of the kind: the net for goals, a long shadow for replays, beams
 * for highlights.
 * @param {number} w
 * @param {number} h
 * @param {string} kind
 */
export function pitch(w, h, kind) {
  const line = { fill: "none", stroke: "#fff", "stroke-opacity": 0.16, "stroke-width": 1.5 };
  const lines = [
    svg("path", { d: `M${w / 2} 0V${h}`, ...line }),
    svg("circle", { cx: w / 2, cy: h / 2, r: h * 0.36, ...line }),
    svg("path", {
      d: `M0 ${h * 0.2}h${w * 0.14}v${h * 0.6}H0M${w} ${h * 0.2}h${-w * 0.14}v${h * 0.6}h${w * 0.14}`,
      ...line,
    }),
  ];
  if (kind === "clip") return net(w, h);
  if (kind === "highlights") return [...beams(w, h), ...lines];
  return lines;
}

/**
 * @param {number} w
 * @param {number} h
 */
function net(w, h) {
  const cell = h / 9;
  let d = "";
  for (let x = -h; x < w + h; x += cell) d += `M${x} 0l${h * 0.5} ${h}M${x} 0l${-h * 0.5} ${h}`;
  return [svg("path", { d, stroke: "#fff", "stroke-opacity": 0.13, "stroke-width": 1, fill: "none" })];
}

/**
 * @param {number} w
 * @param {number} h
 */
function beams(w, h) {
  return [0.1, 0.34, 0.66, 0.9].map((at) => {
    const x = w * at;
    const lean = (w / 2 - x) * 0.9;
    return svg("path", { d: `M${x} -4l${lean - 26} ${h + 8}h52Z`, fill: "#fff", opacity: 0.07 });
  });
}
