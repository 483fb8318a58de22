// @ts-check
/** A live chart: uPlot draws it, and what it says is also there as text. */
import { useEffect, useRef } from "preact/hooks";
import { html } from "htm/preact";

const UPLOT = /** @type {typeof import("uplot")} */ (/** @type {any} */ (globalThis).uPlot);

/**
 * The page's own colours, which change with the scheme. A canvas needs the one that `light-dark()` comes to,
 * and that an element has.
 * @param {string} name
 */
export function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const SPAN_S = 900;

/** The series of times, for the legend. */
export const TIME = {
  label: "Time",
  value: (/** @type {unknown} */ _, /** @type {number | null} */ at) =>
    at === null ? "–" : new Date(at * 1000).toLocaleTimeString([], { hour12: false }),
};

/**
 * What all charts have in common: the last 15 minutes, times of 24 hours, the newest figures in the legend.
 */
export function commonOptions() {
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line") },
  };
  return {
    x: {
      range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ most) => [
        most - SPAN_S,
        most,
      ],
    },
    axes: [
      { ...axis, values: clockValues },
      { ...axis, size: 56 },
    ],
    legend: { live: true },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
  };
}

/** @param {unknown} _ @param {readonly number[]} seconds */
function clockValues(_, seconds) {
  return seconds.map((at) =>
    new Date(at * 1000).toLocaleTimeString([], { hour12: false, hour: "2-digit", minute: "2-digit" }),
  );
}

/**
 * @param {{ title: string, summary: string, height: number, look: string, data: any,
 *   optionsOf: () => any }} props
 *   `look` is another text whenever `optionsOf` would return something else.
 */
export function Chart({ title, summary, height, look, data, optionsOf }) {
  /** @type {{ current: HTMLElement | null }} */
  const place = useRef(null);
  /** @type {{ current: any }} */
  const chart = useRef(null);
  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const widthOf = () => Math.max(200, Math.floor(target.clientWidth));
    // Where nobody points, the legend tells of the newest figures, also before anything moves.
    const hooks = { ready: [(/** @type {any} */ one) => one.setLegend({ idx: data[0].length - 1 })] };
    const drawn = new UPLOT({ width: widthOf(), height, hooks, ...optionsOf() }, data, target);
    chart.current = drawn;
    const resizing = new ResizeObserver(() => {
      if (Math.abs(drawn.width - widthOf()) > 1) drawn.setSize({ width: widthOf(), height });
    });
    resizing.observe(target);
    return () => {
      resizing.disconnect();
      chart.current = null;
      drawn.destroy();
    };
  }, [look, height]);
  useEffect(() => {
    const drawn = chart.current;
    if (drawn === null) return;
    drawn.setData(data);
    // Where nobody points, the legend tells of the newest figures.
    if (drawn.cursor.idx === null || drawn.cursor.left < 0) drawn.setLegend({ idx: data[0].length - 1 });
  }, [data, look]);
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <div ref=${place} role="img" aria-label=${`${title}. ${summary}`}></div>
  </figure>`;
}
