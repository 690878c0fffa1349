/** The report's style sheet. Pictures are ink on paper; on a dark page they are turned over. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fafaf7; --card: #fff; --text: #1d2330; --soft: #667085; --line: #e4e4dd; --accent: #2f6fde; --second: #e0752d; }
@media (prefers-color-scheme: dark) { :root { --page: #14171d; --card: #1c2129; --text: #e6e9ef; --soft: #98a2b3; --line: #2d3440; --accent: #6b9bf2; } img.ink { filter: invert(1) hue-rotate(180deg); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 20px 80px; }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 6px; letter-spacing: -0.02em; }
h2 { font-size: 1.25rem; margin: 56px 0 4px; letter-spacing: -0.01em; }
h3 { font-size: 0.95rem; margin: 0 0 8px; }
p { margin: 0 0 14px; max-width: 76ch; text-wrap: pretty; }
.soft { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(158px, 1fr)); gap: 12px; margin: 28px 0 0; }
.card { display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
.card b { display: block; font-size: 1.7rem; line-height: 1.2; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.card span:first-child { flex: 1; }
.card span { font-size: 0.8rem; color: var(--soft); }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 16px; margin-top: 16px; align-items: start; }
.grid.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.grid.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 0.85rem; color: var(--soft); margin-top: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 7px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
th { font-weight: 600; font-size: 0.8rem; color: var(--soft); }
th:first-child, td:first-child { text-align: left; white-space: normal; padding-left: 0; }
.meaning td { color: var(--soft); font-size: 0.8rem; line-height: 1.35; padding-top: 0; }
tr:not(.meaning) td { border-bottom: 0; padding-bottom: 1px; }
thead + tbody tr:last-child td { border-bottom: 0; }
img.ink { display: block; image-rendering: auto; }
.sheet { display: grid; grid-template-columns: max-content 1fr; gap: 0 8px; }
.sheet img { width: 100%; height: auto; border-radius: 4px; }
.rows { display: flex; flex-direction: column; justify-content: space-around; font-size: 0.8rem; color: var(--soft); text-align: right; }
.columns { grid-column: 2; display: flex; justify-content: space-around; font-size: 0.7rem; color: var(--soft); font-variant-numeric: tabular-nums; margin-top: 4px; }
.columns span { flex: 1; text-align: center; min-width: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(86px, 1fr)); gap: 12px; }
.tiles div { font-size: 0.75rem; line-height: 1.3; text-align: center; color: var(--soft); font-variant-numeric: tabular-nums; }
.tiles img { width: 100%; height: auto; border-radius: 4px; margin-bottom: 2px; }
.tiles.pairs { grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); }
.note { border-left: 3px solid var(--second); padding: 2px 0 2px 12px; margin: 6px 0; }
.key { font-weight: 600; } .key.a { color: var(--accent); } .key.b { color: var(--second); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; font-size: 0.88rem; margin: 12px 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 560px) {
  main { padding: 24px 14px 60px; } h1 { font-size: 1.6rem; } h2 { margin-top: 44px; }
  .cards { grid-template-columns: 1fr 1fr; } .card b { font-size: 1.35rem; }
  figure { padding: 10px; } .columns span:nth-child(even) { visibility: hidden; }
  .wide-only { display: none; } .tiles { grid-template-columns: repeat(auto-fill, minmax(56px, 1fr)); gap: 8px; }
  th, td { padding: 7px 6px; } th { white-space: normal; }
}
`;
