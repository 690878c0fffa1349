import { modelKind, type Manifest } from '@infogan/contract';

/** The model card (Mitchell et al. 2019): what the model is, where it came from, what it may be used for. */
export function modelCard(manifest: Manifest): string {
  const { name, latent, image, controls, provenance, metrics, graphs } = manifest;
  const inputs = latent.map((part) => {
    if (part.kind === 'normal')
      return `| \`${part.name}\` | ${part.size} standard normal numbers | handwriting |`;
    if (part.kind === 'categorical')
      return `| \`${part.name}\` | ${part.labels.join(', ')} | what is drawn |`;
    const control = controls[part.name];
    const meaning =
      control === undefined
        ? ''
        : `${control.attribute}, ${control.slope.toFixed(3)} ${control.unit} per unit`;
    return `| \`${part.name}\` | trained in [-1, 1], accepted in [-${part.limit}, ${part.limit}] | ${meaning} |`;
  });
  const accuracy = (metrics['recognizerAccuracy'] as { test?: number } | undefined)?.test;
  const none = graphs.recognizer === null ? 'it has no recognizer' : 'not measured';
  const kind = modelKind(manifest);
  return `# ${name}

${kind === 'InfoGAN' ? 'An' : 'A'} ${kind} made by ${provenance.tool}: a generator (\`generator.onnx\`)${graphs.recognizer === null ? '' : ' and a recognizer (`recognizer.onnx`)'} of
${image.width}x${image.height} pictures. \`manifest.json\` lists every file with its hash.

![samples](samples/final.png)

| latent code | values | controls |
| --- | --- | --- |
${inputs.join('\n')}

- Data: ${provenance.dataset.name}, ${provenance.dataset.pictures} pictures (sha256 ${provenance.dataset.sha256.slice(0, 12)}…).
  MNIST is by Yann LeCun and Corinna Cortes, licence CC BY-SA 3.0. ${LABELS[kind]}
- Recipe: preset \`${provenance.preset}\`, seed ${provenance.seed}, ${provenance.steps} steps of ${provenance.batchSize} pictures, ${provenance.engine}, ${provenance.seconds} s.
- Recognizer on the test set, categories named on the training set: ${accuracy === undefined ? none : `${(accuracy * 100).toFixed(2)} %`}.
- Limits: it draws what its training pictures show, ${image.width}x${image.height}, and nothing else. It is no tool to verify
  handwriting or identity.
`;
}

/** What the training was told of labels, by kind of model. */
const LABELS: Readonly<Record<string, string>> = {
  InfoGAN: 'No label was used in training; labels name the\n  categories afterwards.',
  'conditional GAN': 'Supervised: it was trained with every label.',
  GAN: 'No label was used.',
};
