// @ts-check
/** What the viewer saw, opened and played, as events that say which page it was on. */
/** @import { LoadedPage } from "./load-page.js" */
/** @import { OutgoingEvent } from "./event-queue.js" */
/** @import { View } from "../model/view.js" */
/** @import { EventType } from "../../../shared/src/events.ts" */
import { newEventId } from "./event-id.js";
import { requestQuery } from "../model/view.js";

/** @typedef {{ readonly item: string, readonly carousel: string, readonly position: number }} Spot */

// What the schema of events refuses is left out, so that odd page data costs a detail and not the event.
const CLUSTER = /^[a-z0-9._-]{1,64}$/;
const CONTEXT = /^[a-z0-9-]{1,32}$/;
const MAX_CAROUSEL_LENGTH = 96;

/**
 * @param {EventType} type
 * @param {Spot} spot
 * @param {View} view
 * @param {LoadedPage} loaded
 * @returns {{ readonly query: string, readonly event: OutgoingEvent }}
 */
export function eventOf(type, { item, carousel, position }, view, { page, served }) {
  const cluster = served?.cluster ?? page.cluster;
  const generation = served?.generation ?? page.generation;
  const context = page.context === "" ? view.context : page.context;
  return {
    query: requestQuery(view),
    event: {
      id: newEventId(Date.now()),
      type,
      item,
      ...(view.user !== "" && { user: view.user }),
      ...(served !== undefined && { servedAs: served.as }),
      ...(cluster !== undefined && CLUSTER.test(cluster) && { cluster }),
      ...(generation !== undefined && Number.isInteger(generation) && generation >= 0 && { generation }),
      ...(CONTEXT.test(context) && { context }),
      ...(carousel !== "" && carousel.length <= MAX_CAROUSEL_LENGTH && { carousel }),
      ...(Number.isInteger(position) && { position }),
    },
  };
}

/**
 * Where an element of the page stands.
 * @param {Element} element with `data-item`
 * @returns {Spot}
 */
export function spotOf(element) {
  return {
    item: element.getAttribute("data-item") ?? "",
    carousel: element.getAttribute("data-carousel") ?? "",
    position: Number(element.getAttribute("data-position") ?? Number.NaN),
  };
}
