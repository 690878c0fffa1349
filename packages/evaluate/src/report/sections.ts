import { uniforms } from '@infogan/contract';
import { quantile, type Metrics } from '@infogan/measure';
import { ATTRIBUTES, type Attribute, type ControlEvidence } from '../attributes.ts';
import { realPictures } from '../conditions.ts';
import type { Sheet } from '../display.ts';
import type { Evaluation } from '../evaluate.ts';
import { HEADLINES, formatInterval, formatValue } from '../headlines.ts';
import { baselineTitle } from '../table.ts';
import type { Series } from './losses.ts';
import { html, type Markup } from './markup.ts';
import {
  plotConfusion,
  plotCurve,
  plotDistributions,
  plotIntervals,
  plotPairs,
  plotRelation,
} from './plots.ts';
import { sheetAddress } from './sheets.ts';

/** A part of the page; null where the model has nothing to show in it. */
export type Section = Markup | null;

/** Scores that get a card at the top, by their key. */
const CARDS: ReadonlySet<string> = new Set<keyof Metrics>([
  'unsupervisedAccuracy',
  'fidelity',
  'slantControl',
  'thicknessControl',
  'frechetDistance',
  'recall',
]);

export function cards({ metrics }: Evaluation): Section {
  const shown = HEADLINES.flatMap(({ key, label, read, unit }) => {
    const score = read(metrics);
    if (score === undefined || !CARDS.has(key)) return [];
    return html`<div class="card">
      <span>${label}</span><b>${formatValue(score.value, unit)}</b><span>${formatInterval(score, unit)}</span>
    </div>`;
  });
  return html`<div class="cards">${shown}</div>`;
}

export function scoreTable({ metrics, notes }: Evaluation): Section {
  const { baseline } = metrics;
  const rows = HEADLINES.flatMap(({ key, label, meaning, read, real, unit }) => {
    const score = read(metrics);
    if (score === undefined) return [];
    const reference = real?.(metrics);
    const before = baseline?.values[key];
    return html`<tr>
        <td>${label}</td>
        <td>${formatValue(score.value, unit)}</td>
        <td class="wide-only">${formatInterval(score, unit)}</td>
        <td>${reference && formatValue(reference.value, unit)}</td>
        ${baseline && html`<td>${before === undefined ? '' : formatValue(before, unit)}</td>`}
      </tr>
      <tr class="meaning">
        <td colspan="5">${meaning}</td>
      </tr>`;
  });
  return html`<h2>Scores</h2>
    <p class="soft">
      Taken on the ONNX files of this model. Intervals are bootstrapped and hold 95 %. “Real pictures” is the
      same score for MNIST's own pictures, the best that can be asked for.
    </p>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
    <figure class="scroll">
      <table>
        <thead>
          <tr>
            <th>Score</th>
            <th>Value</th>
            <th class="wide-only">95 % interval</th>
            <th>Real pictures</th>
            ${baseline && html`<th>${baselineTitle(baseline)}</th>`}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </figure>`;
}

export async function samples({ manifest, display }: Evaluation): Promise<Section> {
  return html`<h2>Samples</h2>
    <p class="soft">Drawn at random, not picked; one handwriting a column, all codes at zero.</p>
    <figure>${await sheet(display.samples, manifest.image)}</figure>`;
}

export async function traversals({ manifest, display, control }: Evaluation): Promise<Section> {
  if (display.traversals.length === 0) return null;
  const figures = await Promise.all(
    display.traversals.map(async (traversal) => {
      const attribute = Object.entries(control?.codes ?? {}).find(
        ([, code]) => code === traversal.title,
      )?.[0];
      return html`<figure>
        <h3>${traversal.title}${attribute && ` – ${attribute}`}</h3>
        ${await sheet(traversal, manifest.image)}
      </figure>`;
    }),
  );
  return html`<h2>What each code does</h2>
    <p class="soft">
      One code from end to end, everything else fixed. Training draws codes from −1 to 1; beyond lies what the
      model never saw.
    </p>
    <div class="grid">${figures}</div>`;
}

async function sheet(shown: Sheet, image: Evaluation['manifest']['image']): Promise<Markup> {
  const address = await sheetAddress(shown.images, image, shown.columns.length);
  const labelled = shown.columns.some((label) => label !== '');
  return html`<div class="sheet">
    <div class="rows">${shown.rows.map((label) => html`<span>${label}</span>`)}</div>
    <img
      class="ink"
      alt="${shown.title}: ${shown.rows.length} rows of ${shown.columns.length} pictures"
      src="${address}"
    />
    ${labelled && html`<div class="columns">${shown.columns.map((label) => html`<span>${label}</span>`)}</div>`}
  </div>`;
}

export function relations(evaluation: Evaluation): Section {
  const { control, sample, manifest, metrics } = evaluation;
  if (control === null) return null;
  const figures = (Object.keys(ATTRIBUTES) as Attribute[]).flatMap((attribute) =>
    uniforms(manifest.latent).map(({ name }) => {
      const slope = control.codes[attribute] === name ? metrics[`${attribute}Slope`] : undefined;
      const unit = attribute === 'slant' ? 'degrees' : 'pixels';
      return html`<figure>
        <h3>${attribute} against ${name}</h3>
        ${relationPlot(evaluation, attribute, name)}
        <figcaption>
          ${slope ? `${formatValue(slope.value, unit)} a unit of the code` : 'should not matter'}
        </figcaption>
      </figure>`;
    }),
  );
  return html`<h2>Measured against the codes</h2>
    <p class="soft">
      Slant and thickness as the ruler reads them in ${sample.latents.count.toLocaleString('en-US')} pictures.
      Line: median. Band: the middle 80 %, digits together.
    </p>
    <div class="grid two">${figures}</div>
    <div class="grid">${perDigit(control)}${distributions(control)}</div>`;
}

function perDigit({ perClass, codes }: ControlEvidence): Section {
  const [slants, thicknesses] = [perClass.slant ?? {}, perClass.thickness ?? {}];
  const values = [...Object.values(slants), ...Object.values(thicknesses)];
  if (values.length < 2) return null;
  const low = Math.max(-1, Math.floor(10 * Math.min(...values)) / 10);
  return html`<figure>
    <h3>
      Correlation by digit: <span class="key a">slant with ${codes.slant}</span>,
      <span class="key b">thickness with ${codes.thickness}</span>
    </h3>
    ${plotPairs(slants, thicknesses, "Spearman's correlation", [low, 1])}
  </figure>`;
}

function distributions({ readings, real }: ControlEvidence): Section {
  if (real === null) return null;
  return html`${(Object.keys(ATTRIBUTES) as Attribute[]).map(
    (attribute) =>
      html`<figure>
        <h3>
          ${attribute} of <span class="key a">generated</span> and <span class="key b">test</span> pictures
        </h3>
        ${plotDistributions(readings[attribute], real[attribute], `${attribute} (${ATTRIBUTES[attribute].unitName})`)}
      </figure>`,
  )}`;
}

/** Scatter of an attribute against a code; null where nothing was measured. */
export function relationPlot(
  { control, sample }: Evaluation,
  attribute: Attribute,
  code: string,
): Markup | null {
  if (control === null) return null;
  const values = control.readings[attribute];
  return plotRelation({
    x: sample.latents.values[code]!,
    y: values,
    xLabel: code,
    yLabel: `${attribute} (${ATTRIBUTES[attribute].unitName})`,
    yDomain: [quantile(values, 0.002), quantile(values, 0.998)],
    intended: control.codes[attribute] === code,
  });
}

export function confusions({ metrics, fidelity }: Evaluation): Section {
  if (metrics.confusion === undefined && fidelity === null) return null;
  return html`<h2>Which digit is taken for which</h2>
    <div class="grid">
      ${
        fidelity &&
        html`<figure>
          <h3>Generated pictures</h3>
          ${plotConfusion(fidelity.confusion, 'asked for', 'read by the judge')}
        </figure>`
      }
      ${
        metrics.confusion &&
        html`<figure>
          <h3>MNIST test pictures</h3>
          ${plotConfusion(metrics.confusion, 'true digit', 'read by the recognizer')}
        </figure>`
      }
      ${
        metrics.fidelityPerDigit &&
        html`<figure>
          <h3>Class fidelity by digit</h3>
          ${plotIntervals(metrics.fidelityPerDigit, 'read as asked (%)')}
          <figcaption>Dot: share. Bar: 95 % interval.</figcaption>
        </figure>`
      }
    </div>`;
}

export async function worstPictures({ fidelity, sample, manifest }: Evaluation): Promise<Section> {
  if (fidelity === null) return null;
  const size = sample.images.length / sample.latents.count;
  const tiles = await Promise.all(
    fidelity.worst.map(async ({ picture, asked, read, probability }) => {
      const image = sample.images.subarray(picture * size, (picture + 1) * size);
      return html`<div>
        <img
          class="ink"
          alt="asked for ${asked}, read as ${read}"
          src="${await sheetAddress(image, manifest.image, 1)}"
        />
        ${asked} → ${read}<br />${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %
      </div>`;
    }),
  );
  return html`<h2>The fifty worst</h2>
    <p class="soft">
      Of ${sample.latents.count.toLocaleString('en-US')} pictures those in which the judge gives least to the
      digit asked for: asked → read, and the probability of the digit asked for.
    </p>
    <figure><div class="tiles">${tiles}</div></figure>`;
}

/** Pairs shown, of all whose nearest training picture was sought: the closest of each digit, for ones are all alike. */
const PAIRS = 20;
const PAIRS_PER_DIGIT = 2;

export async function neighbours({ realism, sample, manifest, dataset }: Evaluation): Promise<Section> {
  if (realism === null) return null;
  const { generated, real } = realism;
  const digits = sample.asked ?? sample.judgement?.digits;
  const shown = new Map<number, number>();
  const closest = Array.from(generated.distance.keys())
    .sort((a, b) => generated.distance[a]! - generated.distance[b]!)
    .filter((i) => {
      const digit = digits?.[i] ?? i;
      shown.set(digit, (shown.get(digit) ?? 0) + 1);
      return shown.get(digit)! <= PAIRS_PER_DIGIT;
    })
    .slice(0, PAIRS);
  const train = realPictures(dataset.train);
  const pairs = await Promise.all(
    closest.map(async (i) => {
      const pair = new Float32Array(2 * 784);
      pair.set(sample.images.subarray(i * 784, (i + 1) * 784));
      pair.set(train.slice(generated.index[i]!, generated.index[i]! + 1), 784);
      return html`<div>
        <img
          class="ink"
          alt="generated, and nearest training picture"
          src="${await sheetAddress(pair, manifest.image, 2)}"
        />
        ${generated.distance[i]!.toFixed(2)}
      </div>`;
    }),
  );
  return html`<h2>Nearest neighbours in training</h2>
    <p class="soft">
      Euclidean distance in pixels to the nearest of ${train.count.toLocaleString('en-US')} training pictures.
      A model that had learnt pictures by heart would come far closer than test pictures do.
    </p>
    <div class="grid">
      <figure>
        <h3><span class="key a">Generated</span> and <span class="key b">test</span> pictures</h3>
        ${plotDistributions(generated.distance, real.distance, 'distance to nearest training picture')}
      </figure>
      <figure>
        <h3>The closest of each digit: generated, training</h3>
        <div class="tiles pairs">${pairs}</div>
      </figure>
    </div>`;
}

export function losses(series: readonly Series[] | null): Section {
  if (series === null) return null;
  return html`<h2>Training</h2>
    <div class="grid small">
      ${series.map(({ name, points }) => html`<figure>${plotCurve(name, points)}</figure>`)}
    </div>`;
}

export function conditions({ manifest, judge, metrics, dataset }: Evaluation): Section {
  const { provenance } = manifest;
  const facts: [string, string | number][] = [
    ['Model', `${manifest.name}, preset ${provenance.preset}, seed ${provenance.seed}`],
    [
      'Training',
      `${provenance.steps.toLocaleString('en-US')} steps of ${provenance.batchSize}, ${provenance.engine}, ${Math.round(provenance.seconds)} s`,
    ],
    ['Generator', `${formatValue(metrics.generatorFlops!, 'flops')} a picture`],
    ['Data', `${dataset.name}, sha256 ${dataset.sha256}`],
    ['Judge', `${(100 * judge.testAccuracy).toFixed(2)} % of the test pictures, sha256 ${judge.sha256}`],
    ['Pictures', metrics.evaluation.pictures.toLocaleString('en-US')],
    ['Seed of the evaluation', metrics.evaluation.seed],
  ];
  return html`<h2>Conditions</h2>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <p class="soft" style="margin-top:14px">
      The judge learnt from labels and never took part in training the generator. Definitions and sources of
      all scores: packages/measure/README.md.
    </p>`;
}
