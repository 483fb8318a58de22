// @ts-check
/** The bars at the top: context tabs, search, and the viewer whose page is shown. */
/** @import { View } from "../model/view.js" */
import { TEAMS, teamOf } from "../model/teams.js";
import { cleanUser, ENTRIES, LINK, TABS, viewAddress } from "../model/view.js";
import { find, html } from "./dom.js";

/**
 * @param {(change: Partial<View>) => void} onChange
 */
export function createControls(onChange) {
  const tabs = find("#tabs", HTMLElement);
  const search = find("#search", HTMLFormElement);
  const words = find("#search-words", HTMLInputElement);
  const user = find("#user", HTMLInputElement);
  const team = find("#team", HTMLSelectElement);
  const entry = find("#entry", HTMLSelectElement);
  const suggestions = [...document.querySelectorAll("[data-user]")];
  const panel = find("#viewer", HTMLElement);
  const toggle = find("#viewer-toggle", HTMLButtonElement);

  team.append(...[...TEAMS].map(([code, { name }]) => option(code, name)));
  entry.append(...[...ENTRIES].map(([value, { label }]) => option(value, label)));

  tabs.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest("a[data-context]") : null;
    if (tab === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onChange({ context: tab.getAttribute("data-context") ?? "homepage" });
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const q = words.value.trim();
    onChange(q === "" ? { context: "homepage" } : { context: "search", q });
  });
  find("#user-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    onChange({ user: cleanUser(user.value) });
  });
  user.addEventListener("change", () => onChange({ user: cleanUser(user.value) }));
  for (const button of suggestions) {
    button.addEventListener("click", () => onChange({ user: button.getAttribute("data-user") ?? "" }));
  }
  team.addEventListener("change", () => onChange({ team: team.value }));
  entry.addEventListener("change", () => onChange({ entry: entry.value }));
  toggle.addEventListener("click", () => {
    const open = panel.toggleAttribute("data-open");
    toggle.setAttribute("aria-expanded", String(open));
  });

  /** @param {View} view */
  function show(view) {
    tabs.replaceChildren(
      ...TABS.map(({ context, label }) =>
        html(
          "a",
          {
            href: viewAddress({ ...view, context }),
            "data-context": context,
            "aria-current": context === view.context ? "page" : undefined,
          },
          label,
        ),
      ),
    );
    words.value = view.context === "search" ? view.q : "";
    user.value = view.user;
    for (const button of suggestions) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-user") === view.user));
    }
    // A team or an entry path that only the address contains becomes an option of its own.
    if (view.team !== "" && ![...team.options].some(({ value }) => value === view.team))
      team.append(option(view.team, view.team));
    entry.querySelector(`[value="${LINK}"]`)?.remove();
    if (view.link !== "") entry.append(option(LINK, "As this link says"));
    team.value = view.team;
    entry.value = view.entry;
    const who = view.user === "" ? "New visitor" : view.user;
    const fan = view.team === "" ? "no team" : teamOf(view.team).name;
    toggle.textContent = `${who} · ${fan} · ${ENTRIES.get(view.entry)?.label ?? "As this link says"}`;
  }
  return { show };
}

/**
 * @param {string} value
 * @param {string} label
 */
function option(value, label) {
  return html("option", { value }, label);
}
