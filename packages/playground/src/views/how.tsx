import { categoricals, normals, uniforms, type LatentSpec, type Manifest } from '@infogan/contract';
import { DoubterDiagram, ReaderDiagram, WriterDiagram } from '../controls/diagrams.tsx';
import { ReadBack } from '../controls/read-back.tsx';
import { TrainingFilm } from '../controls/training-film.tsx';
import { controlSentences, scoreLines } from '../model/scores.ts';
import { codeWords } from '../model/words.ts';
import { usePlayground } from '../state/context.ts';

/** Three networks in three panels, with the numbers of the model that is open. */
export function How() {
  const { model } = usePlayground();
  if (model.value === null) return null;
  const { manifest } = model.value;
  return (
    <section class="how" aria-labelledby="how-title">
      <header>
        <h1 id="how-title">
          {manifest.graphs.recognizer === null
            ? 'A forger and a doubter.'
            : 'A forger, a doubter and a reader.'}
        </h1>
        <p class="lead">Small networks that learn from each other, and what came of it.</p>
      </header>
      <Panels manifest={manifest} />
      <Numbers manifest={manifest} />
      <TrainingFilm manifest={manifest} />
    </section>
  );
}

function Panels({ manifest }: { manifest: Manifest }) {
  const { latent, image, provenance, controls } = manifest;
  const dials = uniforms(latent).map((part) => codeWords(part, controls).label);
  const classes = categoricals(latent).map(({ name, labels }) => `${name}, one of ${labels.length}`);
  const noise = normals(latent).map(({ size }) => `${size} dice rolls`);
  return (
    <div class="panels">
      <article>
        <WriterDiagram inputs={[...classes, ...dials, ...noise]} />
        <h2>G writes</h2>
        <p>
          {widthOf(latent)} numbers go in, {image.width} × {image.height} cells of ink come out.{' '}
          {classes.length + dials.length === 0
            ? 'All of them are dice: this network can only be asked for another picture.'
            : 'The dice decide the handwriting; what remains is meant to be steered.'}
        </p>
      </article>
      <article>
        <DoubterDiagram />
        <h2>D doubts</h2>
        <p>
          It is shown real pictures, here {provenance.dataset.pictures.toLocaleString('en')} of{' '}
          {provenance.dataset.name}, and G’s. It learns to tell them apart, and G learns to pass, for{' '}
          {provenance.steps.toLocaleString('en')} steps. Then D has done its work; it is not in this page.
        </p>
      </article>
      {manifest.graphs.recognizer !== null && (
        <article>
          <ReaderDiagram
            outputs={[
              ...categoricals(latent).map(({ name }) => `which ${name}?`),
              ...dials.map((dial) => `${dial}?`),
            ]}
          />
          <h2>Q reads back</h2>
          <p>
            It must find in the picture what G was asked for. So G had better make every dial visible: that is
            the Info in InfoGAN, and why the dials mean something.
          </p>
          <ReadBack manifest={manifest} />
        </article>
      )}
    </div>
  );
}

function Numbers({ manifest }: { manifest: Manifest }) {
  const { latent, controls, metrics, provenance } = manifest;
  const lines = scoreLines(metrics);
  return (
    <div class="numbers">
      <h2>This model: {manifest.name}</h2>
      <ul class="plain">
        {controlSentences(latent, controls).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        <li>
          Preset {provenance.preset}, seed {provenance.seed}, {provenance.engine}; trained in{' '}
          {duration(provenance.seconds)}.
        </li>
      </ul>
      {lines.length === 0 ? (
        <p class="quiet">It was not evaluated yet: pnpm evaluate measures it and adds its scores here.</p>
      ) : (
        <dl class="scores">
          {lines.map(({ title, value, interval, meaning }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd class="score-value">{value}</dd>
              <dd class="quiet">
                {meaning} (95 % interval {interval})
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function widthOf(spec: LatentSpec): number {
  return spec.reduce((sum, part) => {
    if (part.kind === 'normal') return sum + part.size;
    return sum + (part.kind === 'categorical' ? part.labels.length : 1);
  }, 0);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}
