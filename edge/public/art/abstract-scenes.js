// @ts-check
/** Scenes without a landscape: overlapping orbs, rays, and the friendly creatures of kids' titles. */
/** @import { Scene } from "./scenes.js" */
import { svg } from "../parts/dom.js";

/** @type {Scene} */
export function orbsScene({ w, h, hue, random }) {
  return Array.from({ length: 6 }, (_, at) =>
    svg("circle", {
      cx: w * (0.1 + 0.8 * random()),
      cy: h * (0.1 + 0.65 * random()),
      r: Math.min(w, h) * (0.14 + 0.24 * random()),
      fill: `hsl(${hue + at * 26} 75% ${48 + 16 * random()}%)`,
      opacity: 0.42,
    }),
  );
}

/** @type {Scene} */
export function raysScene({ w, h, hue, random }) {
  const [cx, cy, reach] = [w * (0.3 + 0.4 * random()), h * (0.52 + 0.2 * random()), w + h];
  const count = 11;
  const turn = random();
  const rays = Array.from({ length: count }, (_, at) => {
    const from = ((at + turn) / count) * 2 * Math.PI;
    const to = from + Math.PI / count;
    const corner = (/** @type {number} */ angle) =>
      `${cx + reach * Math.cos(angle)} ${cy + reach * Math.sin(angle)}`;
    return svg("path", {
      d: `M${cx} ${cy}L${corner(from)}L${corner(to)}Z`,
      fill: `hsl(${hue + 25} 85% 62%)`,
      opacity: 0.3,
    });
  });
  const r = Math.min(w, h) * 0.15;
  return [
    ...rays,
    svg("circle", { cx, cy, r: r * 1.5, fill: `hsl(${hue + 35} 95% 72%)`, opacity: 0.35 }),
    svg("circle", { cx, cy, r, fill: `hsl(${hue + 35} 95% 80%)` }),
  ];
}

/** @type {Scene} */
export function kidsScene({ w, h, hue, random }) {
  const size = Math.min(w, h);
  const arcs = [0, 1, 2, 3].map((at) =>
    svg("circle", {
      cx: w * 0.5,
      cy: h * 0.72,
      r: size * (0.62 - at * 0.07),
      fill: "none",
      stroke: `hsl(${hue + 60 + at * 45} 80% 68%)`,
      "stroke-width": size * 0.05,
      opacity: 0.55,
    }),
  );
  const hill = svg("ellipse", {
    cx: w * (0.3 + 0.4 * random()),
    cy: h * 1.02,
    rx: w * 0.85,
    ry: h * 0.36,
    fill: `hsl(${hue + 110} 45% 36%)`,
  });
  return [
    ...arcs,
    hill,
    ...creature(w * (0.36 + 0.28 * random()), h * 0.56, size * (0.17 + 0.05 * random()), hue + 180, random),
  ];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {number} hue
 * @param {() => number} random
 */
function creature(x, y, r, hue, random) {
  const skin = `hsl(${hue} 80% 66%)`;
  const pointed = random() < 0.5;
  const ears = [-1, 1].map((side) =>
    pointed
      ? svg("path", {
          d: `M${x + side * r * 0.85} ${y - r * 0.4}L${x + side * r * 0.95} ${y - r * 1.4}L${x + side * r * 0.2} ${y - r * 0.85}Z`,
          fill: skin,
        })
      : svg("circle", { cx: x + side * r * 0.72, cy: y - r * 0.8, r: r * 0.38, fill: skin }),
  );
  const eyes = [-1, 1].flatMap((side) => [
    svg("circle", { cx: x + side * r * 0.36, cy: y - r * 0.12, r: r * 0.22, fill: "#fff" }),
    svg("circle", { cx: x + side * r * 0.32, cy: y - r * 0.08, r: r * 0.11, fill: "#1b2030" }),
  ]);
  const smile = svg("path", {
    d: `M${x - r * 0.3} ${y + r * 0.3}q${r * 0.3} ${r * 0.36} ${r * 0.6} 0`,
    fill: "none",
    stroke: "#1b2030",
    "stroke-width": r * 0.09,
    "stroke-linecap": "round",
  });
  return [...ears, svg("circle", { cx: x, cy: y, r, fill: skin }), ...eyes, smile];
}
