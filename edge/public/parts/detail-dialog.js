// @ts-check
/** All about one item, with play and "more like this". */
/** @import { Item } from "../model/page.js" */
import { draw } from "../art/draw.js";
import { metaLine } from "../model/labels.js";
import { teamOf } from "../model/teams.js";
import { find, html, icon, ICONS } from "./dom.js";
import { tag } from "./labels.js";

/**
 * @param {{ readonly onPlay: () => void, readonly onSimilar: (item: Item) => void,
 *   readonly onHide: (item: Item) => void, readonly onClose: (item: Item) => void }} handlers
 */
export function createDetailDialog({ onPlay, onSimilar, onHide, onClose }) {
  const dialog = find("#detail", HTMLDialogElement);
  /** @type {Item | undefined} */
  let shown;
  dialog.addEventListener("click", (event) => {
    // The content fills the dialog's box, so a click on the dialog element itself is a click on the backdrop.
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (shown !== undefined) onClose(shown);
    shown = undefined;
  });

  /**
   * @param {Item} item
   * @param {number | undefined} nowMs
   */
  function open(item, nowMs) {
    shown = item;
    const play = html(
      "button",
      { type: "button", class: "button button-primary", "data-action": "play", autofocus: true },
      icon(ICONS.play),
      "Play",
    );
    const startPlaying = () => {
      // A button that is disabled loses the keyboard's focus.
      play.setAttribute("aria-disabled", "true");
      play.replaceChildren(
        html("span", { class: "playing", "aria-hidden": "true" }, html("i"), html("i"), html("i")),
        "Playing",
      );
      onPlay();
    };
    play.addEventListener("click", startPlaying, { once: true });
    const similar = html(
      "button",
      { type: "button", class: "button" },
      icon(ICONS.similar),
      "More like this",
    );
    similar.addEventListener("click", () => {
      dialog.close();
      onSimilar(item);
    });
    const hide = html("button", { type: "button", class: "button", "data-action": "hide" }, "Not interested");
    hide.addEventListener("click", () => {
      dialog.close();
      onHide(item);
    });
    const close = html(
      "button",
      { type: "button", class: "detail-close", "aria-label": "Close" },
      icon(ICONS.close),
    );
    close.addEventListener("click", () => dialog.close());
    const meta = html(
      "p",
      { class: "detail-meta" },
      tag(item, nowMs),
      html("span", {}, metaLine(item, nowMs)),
    );
    const facts =
      item.teams.length > 0
        ? item.teams.map((code) => teamOf(code).name)
        : item.genres.map((genre) => genre.replaceAll("-", " "));
    dialog.replaceChildren(
      html(
        "div",
        { class: "detail-body" },
        draw(item, "wide"),
        html(
          "div",
          { class: "detail-text" },
          html("h2", { id: "detail-title" }, item.title),
          meta,
          html(
            "ul",
            { class: "chips", role: "list" },
            ...facts.map((fact) => html("li", { class: "chip" }, fact)),
          ),
          html("div", { class: "detail-actions" }, play, similar, hide),
          html(
            "p",
            { class: "detail-note" },
            "A demo: there is no video. Playing records the event, and your page answers it.",
          ),
        ),
        close,
      ),
    );
    if (!dialog.open) dialog.showModal();
  }
  return { open, close: () => dialog.close() };
}
