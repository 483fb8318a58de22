// @ts-check
/** What the keys do, and where more is written. */
import { html } from "htm/preact";
import { SCREENS } from "../screens.js";
import { Dialog } from "./dialog.js";

/** @param {{ onClose: () => void }} props */
export function Help({ onClose }) {
  const keys = [
    ["/", "Jump to a screen or an action"],
    ["?", "This help"],
    ["t", "Theme: as the system has it, light, dark"],
    ["← →", "From screen to screen, where the navigation has the focus"],
    ...SCREENS.map(({ key, title }) => [key, title]),
    [", .", "On Now: a minute earlier, a minute later"],
    ["l", "On Now: back to live"],
    [", .", "On Reports: the day before, the day after"],
    ["f", "On Clusters: find one"],
    ["↑ ↓", "On Clusters: from row to row; Page Up and Page Down turn over a hundred"],
    ["Esc", "Close what is open"],
  ];
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">
      ${keys.map(
        ([key, does]) =>
          html`<div key=${does}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
    <p>
      Every action shows the command that does the same. More: docs/operate/console.md.
      <a href="vendor/licences.txt">Licences</a> of the libraries that this page uses.
    </p>
  <//>`;
}
