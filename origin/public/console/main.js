// @ts-check
/** The console: it asks who has signed in, and shows the sign-in or the screens. */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { html } from "htm/preact";
import { lookUp, operator } from "./session.js";
import { applyTheme } from "./theme.js";
import { Shell } from "./parts/shell.js";
import { SignIn } from "./parts/sign-in.js";

function Console() {
  useEffect(() => void lookUp(), []);
  const who = operator.value;
  if (who.kind === "unknown") return html`<p class="notice" role="status">Looking who you are…</p>`;
  return who.kind === "nobody" ? html`<${SignIn} reason=${who.reason} />` : html`<${Shell} />`;
}

applyTheme();
const app = document.querySelector("#app");
if (app !== null) render(html`<${Console} />`, app);
