import type { Manifest } from '@infogan/contract';

/** The model card (Mitchell et al. 2019): what the model is, where it came from, what it may be used for. */
export function modelCard({ name, latent, image, controls, provenance, metrics }: Manifest): string {
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
  return `# ${name}

An InfoGAN made by ${provenance.tool}: a generator (\`generator.onnx\`) and a recognizer (\`recognizer.onnx\`) of
${image.width}x${image.height} pictures. \`manifest.json\` lists every file with its hash.

![samples](samples/final.png)

| latent code | values | controls |
| --- | --- | --- |
${inputs.join('\n')}

- Data: ${provenance.dataset.name}, ${provenance.dataset.pictures} pictures (sha256 ${provenance.dataset.sha256.slice(0, 12)}…).
  MNIST is by Yann LeCun and Corinna Cortes, licence CC BY-SA 3.0. No label was used in training; labels name the
  categories afterwards.
- Recipe: preset \`${provenance.preset}\`, seed ${provenance.seed}, ${provenance.steps} steps of ${provenance.batchSize} pictures, ${provenance.engine}, ${provenance.seconds} s.
- Recognizer on the test set, categories named on the training set: ${accuracy === undefined ? 'not measured' : `${(accuracy * 100).toFixed(2)} %`}.
- Limits: it draws what its training pictures show, ${image.width}x${image.height}, and nothing else. It is no tool to verify
  handwriting or identity.
`;
}
