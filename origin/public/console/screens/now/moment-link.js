// @ts-check
/** The address under which a moment is shown again, to copy. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { isoOf } from "../../model/moments.js";
import { addressOf } from "../../route.js";

/** @param {{ atMs: number }} props */
export function MomentLink({ atMs }) {
  const made = useSignal(/** @type {{ address: string, isCopied: boolean } | undefined} */ (undefined));
  const make = async () => {
    const address = new URL(addressOf("now", { until: isoOf(atMs) }), location.href).href;
    const isCopied = await navigator.clipboard.writeText(address).then(
      () => true,
      // Without the permission, the address can still be selected.
      () => false,
    );
    made.value = { address, isCopied };
  };
  return html`<button type="button" class="quiet" onClick=${() => void make()}>Link to this moment</button>
    <span role="status" class="moment-link">
      ${
        made.value !== undefined &&
        html`<a href=${made.value.address}>${made.value.address}</a> ${made.value.isCopied ? "Copied." : ""}`
      }
    </span>`;
}
