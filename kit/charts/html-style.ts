/** The looks of a report: light and dark, on a phone and on paper. */

export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #2e3440; --soft: #5b6472; --line: #d8dee9; --paper: #f7f8fa; --card: #fff; --met: #00795a; --missed: #b34700; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e5e9f0; --soft: #a9b1c0; --line: #434c5e; --paper: #1d2027; --card: #272b34; --met: #35c79c; --missed: #ff9152; }
  /* Charts stay light, as a colour stands for the same everywhere; only less glaring. */
  figure { filter: brightness(0.88); }
}
body { margin: 0 auto; max-width: 980px; padding: 32px 20px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; }
h2 { margin: 36px 0 10px; font-size: 18px; }
header p, .note, footer { color: var(--soft); }
header p { margin: 8px 0 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 12px; margin: 24px 0 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.facts .met { border-left-color: var(--met); } .facts .met b { color: var(--met); }
.facts .missed { border-left-color: var(--missed); } .facts .missed b, .facts .missed dd:not(.said) { color: var(--missed); }
dt, .said { color: var(--soft); font-size: 12.5px; }
dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
dd.said { font-weight: 400; }
figure { margin: 0 0 16px; padding: 4px; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; white-space: pre-line; }
thead th { color: var(--soft); font-size: 13px; border-bottom-width: 2px; vertical-align: bottom; }
tbody th { font-weight: 400; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
td.right { white-space: pre; }
.note { white-space: pre-line; font-size: 13.5px; }
footer { margin-top: 40px; font-size: 13px; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --card: #fff; --met: #00795a; --missed: #b34700; }
  body { max-width: none; padding: 0; print-color-adjust: exact; }
  figure { filter: none; }
  figure, tr, .facts div { break-inside: avoid; } h2 { break-after: avoid; }
}
`;
