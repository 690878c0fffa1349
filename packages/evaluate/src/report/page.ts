import type { Evaluation } from '../evaluate.ts';
import type { Series } from './losses.ts';
import { Markup, html } from './markup.ts';
import {
  cards,
  conditions,
  confusions,
  losses,
  neighbours,
  relations,
  samples,
  scoreTable,
  traversals,
  worstPictures,
} from './sections.ts';
import { STYLE } from './style.ts';

/**
 * The report: one HTML page that needs no network and no script.
 * @param series loss curves of the run, where it is known
 */
export async function renderReport(
  evaluation: Evaluation,
  series: readonly Series[] | null,
): Promise<string> {
  const { manifest } = evaluation;
  const sections = [
    cards(evaluation),
    await samples(evaluation),
    await traversals(evaluation),
    relations(evaluation),
    scoreTable(evaluation),
    confusions(evaluation),
    await worstPictures(evaluation),
    await neighbours(evaluation),
    losses(series),
    conditions(evaluation),
  ];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${manifest.name} – infogan-kit report</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${manifest.name}</h1>
          <p class="soft">
            What this model does, measured on its shipped files by an independent judge and a ruler.
          </p>
          ${sections}
        </main>
      </body>
    </html> `;
  return page.html;
}
