// @ts-check
/** The page of who has not signed in: nothing else is told. */
import { useRef, useState } from "preact/hooks";
import { html } from "htm/preact";
import { signIn } from "../session.js";

/** @param {{ reason?: string }} props */
export function SignIn({ reason }) {
  const [problem, setProblem] = useState(reason);
  const [isBusy, setBusy] = useState(false);
  /** @type {{ current: HTMLInputElement | null }} */
  const field = useRef(null);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    const refused = await signIn(field.current?.value.trim() ?? "");
    setBusy(false);
    setProblem(refused);
    if (refused !== undefined) field.current?.focus();
  };
  return html`<main class="sign-in">
    <h1><img src="favicon.svg" alt="" width="32" height="32" /> Spillway console</h1>
    <form onSubmit=${submit}>
      <label for="token">Your token</label>
      <input
        id="token"
        ref=${field}
        type="password"
        required
        maxlength="1024"
        autocomplete="current-password"
        spellcheck="false"
        aria-describedby="sign-in-problem sign-in-hint"
        autofocus
      />
      <button type="submit" disabled=${isBusy}>Sign in</button>
      <p id="sign-in-problem" class="problem" role="alert">${problem}</p>
      <p id="sign-in-hint" class="hint">
        <code>pnpm spillway tokens create NAME --role viewer</code> makes one. The ADMIN_TOKEN of this origin
        stands in its <code>.dev.vars</code>, where <code>pnpm start</code> has made it.
      </p>
    </form>
  </main>`;
}
