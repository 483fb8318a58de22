// @ts-check
/**
 * Draws the homepage that the edge on another host answers with, and sends what the viewer sees and clicks.
 */

/** The only line to change: where the edge is. The edge names this page's origin in `ALLOWED_ORIGINS`. */
const EDGE = "http://localhost:8787";

/** @typedef {{ id: string, title: string, items: { id: string, title: string }[] }} Carousel */

// The edge reads the signals from this query; it can't see the referrer of a page on another host.
const query = new URLSearchParams({ context: "homepage", referrer: document.referrer });
const team = new URLSearchParams(location.search).get("team");
if (team !== null) query.set("team", team);

// With `credentials` the edge's cookies go along, which is how it knows a visitor again.
const response = await fetch(`${EDGE}/recommendations?${query}`, { credentials: "include" });
const served = response.headers.get("Spillway-Served");
/** @type {{ context: string, carousels: Carousel[] }} */
const page = await response.json();

for (const { id, title, items } of page.carousels) {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const list = document.createElement("ol");
  items.forEach((item, position) => {
    const link = document.createElement("a");
    link.href = `#${item.id}`;
    link.textContent = item.title;
    // The event client reads these attributes.
    Object.assign(link.dataset, { spillwayItem: item.id, spillwayCarousel: id, spillwayPosition: position });
    list.append(document.createElement("li"));
    list.lastElementChild?.append(link);
  });
  document.querySelector("main")?.append(heading, list);
}
const status = document.querySelector("#served");
if (status !== null) status.textContent = served;

// After the page is drawn: without the event client the viewer loses nothing.
const { createSpillway } = await import(`${EDGE}/spillway.js`);
createSpillway({ endpoint: `${EDGE}/events`, query: String(query), served, context: page.context });
