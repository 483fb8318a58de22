// @ts-check
/** Light, dark, or as the system has it. */
import { computed, signal } from "@preact/signals";

const KEY = "spillway-console-theme";
const THEMES = /** @type {const} */ (["system", "light", "dark"]);

/** @returns {(typeof THEMES)[number]} */
function stored() {
  try {
    const text = localStorage.getItem(KEY);
    return THEMES.find((one) => one === text) ?? "system";
  } catch {
    // A browser may keep nothing for this page.
    return "system";
  }
}

export const theme = signal(stored());

const system = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(system.matches);
system.addEventListener("change", () => (isSystemDark.value = system.matches));

/** What is shown, whoever chose it: what is drawn on a canvas is drawn again for another one. */
export const scheme = computed(() => {
  if (theme.value !== "system") return theme.value;
  return isSystemDark.value ? "dark" : "light";
});

export function applyTheme() {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
}

/** The next of the three. */
export function switchTheme() {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // It holds until the page is closed.
  }
  applyTheme();
}
