// @ts-check
/** Scenes with a horizon: ridges, planets, a city, the sea, a forest. */
/** @import { Scene } from "./scenes.js" */
import { svg } from "../parts/dom.js";

/** @type {Scene} */
export function ridgesScene({ w, h, hue, random }) {
  const sun = svg("circle", {
    cx: w * (0.2 + 0.6 * random()),
    cy: h * 0.34,
    r: h * 0.13,
    fill: `hsl(${hue + 40} 90% 78%)`,
    opacity: 0.9,
  });
  const layers = [0.42, 0.56, 0.7].map((level, at) => {
    let d = `M0 ${h}V${h * (level + 0.1 * random())}`;
    for (let x = 0.12; x < 1.1; x += 0.12) d += `L${x * w} ${h * (level + 0.2 * random() - 0.08)}`;
    return svg("path", { d: `${d}V${h}Z`, fill: `hsl(${hue + 10} 45% ${30 - at * 9}%)` });
  });
  return [sun, ...layers];
}

/** @type {Scene} */
export function spaceScene({ w, h, hue, random }) {
  const stars = Array.from({ length: 36 }, () =>
    svg("circle", {
      cx: random() * w,
      cy: random() * h,
      r: 0.4 + random() * 1.1,
      fill: "#fff",
      opacity: 0.3 + 0.6 * random(),
    }),
  );
  const [cx, cy, r] = [
    w * (0.3 + 0.4 * random()),
    h * (0.34 + 0.14 * random()),
    Math.min(w, h) * (0.2 + 0.1 * random()),
  ];
  const tilt = `rotate(${-30 + 60 * random()} ${cx} ${cy})`;
  return [
    ...stars,
    svg("circle", { cx, cy, r, fill: `hsl(${hue} 55% 52%)` }),
    svg("path", {
      d: `M${cx} ${cy - r}a${r} ${r} 0 0 1 0 ${2 * r}a${r * 0.55} ${r} 0 0 0 0 ${-2 * r}`,
      fill: "#000",
      opacity: 0.3,
    }),
    svg("ellipse", {
      cx,
      cy,
      rx: r * 1.75,
      ry: r * 0.34,
      transform: tilt,
      fill: "none",
      stroke: `hsl(${hue + 40} 80% 80%)`,
      "stroke-opacity": 0.75,
      "stroke-width": 3,
    }),
  ];
}

/** @type {Scene} */
export function skylineScene({ w, h, hue, random }) {
  /** @type {SVGElement[]} */
  const shapes = [
    svg("circle", {
      cx: w * (0.15 + 0.7 * random()),
      cy: h * 0.26,
      r: h * 0.09,
      fill: `hsl(${hue} 60% 86%)`,
      opacity: 0.8,
    }),
  ];
  for (const [light, low] of [
    [26, 0.4],
    [15, 0.58],
  ]) {
    for (let x = -8; x < w;) {
      const width = 20 + 22 * random();
      const top = h * ((low ?? 0.5) + 0.24 * random());
      shapes.push(svg("rect", { x, y: top, width, height: h, fill: `hsl(${hue} 35% ${light}%)` }));
      for (let y = top + 7; y < h - 8; y += 11) {
        if (random() < 0.42)
          shapes.push(
            svg("rect", {
              x: x + 4 + random() * (width - 12),
              y,
              width: 3.4,
              height: 4.6,
              fill: "#ffd98a",
              opacity: 0.75,
            }),
          );
      }
      x += width + 1;
    }
  }
  return shapes;
}

/** @type {Scene} */
export function seaScene({ w, h, hue, random }) {
  const cx = w * (0.25 + 0.5 * random());
  const sun = svg("circle", {
    cx,
    cy: h * 0.46,
    r: Math.min(w, h) * 0.2,
    fill: `hsl(${hue + 30} 85% 72%)`,
    opacity: 0.92,
  });
  const waves = [0.5, 0.6, 0.71, 0.83].map((level, at) => {
    const swing = h * (0.016 + 0.02 * random());
    const length = w / (2 + at);
    let d = `M${-length * random()} ${h * level}`;
    for (let x = 0; x < w + 2 * length; x += length)
      d += `q${length / 4} ${-swing} ${length / 2} 0t${length / 2} 0`;
    return svg("path", {
      d: `${d}V${h}H${-length}Z`,
      fill: `hsl(${hue - 12} 50% ${34 - at * 7}%)`,
      opacity: 0.94,
    });
  });
  return [sun, ...waves];
}

/** @type {Scene} */
export function forestScene({ w, h, hue, random }) {
  const moon = svg("circle", {
    cx: w * (0.3 + 0.4 * random()),
    cy: h * 0.3,
    r: Math.min(w, h) * 0.17,
    fill: `hsl(${hue + 20} 30% 88%)`,
    opacity: 0.85,
  });
  const trees = [0.5, 0.62].flatMap((level, at) =>
    Array.from({ length: 16 }, (_, index) => {
      const x = (index / 15) * w + 12 * random() - 6;
      const top = h * (level + 0.2 * random());
      return svg("path", {
        d: `M${x} ${top}l${9 + 9 * random()} ${h - top}H${x - 9 - 9 * random()}Z`,
        fill: `hsl(${hue} 30% ${15 - at * 8}%)`,
      });
    }),
  );
  return [moon, ...trees];
}
