import * as z from 'zod/mini';
import { UserError } from './errors.ts';
import { LatentSpec } from './latent.ts';
import { categoricals } from './parts.ts';
import { MANIFEST_FILE, MANIFEST_FORMAT, MANIFEST_VERSION } from './names.ts';

// the mini form has no words of its own for what is wrong
z.config(z.locales.en());

/** Pictures are float [N, channels, height, width] in [0, 1], 1 = ink. */
export const ImageGeometry = z.strictObject({
  width: z.int().check(z.minimum(1), z.maximum(4096)),
  height: z.int().check(z.minimum(1), z.maximum(4096)),
  channels: z.union([z.literal(1), z.literal(3)]),
});
export type ImageGeometry = z.infer<typeof ImageGeometry>;

const FileEntry = z.strictObject({
  bytes: z.int().check(z.minimum(1)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hexadecimal digits')),
});

/** A path inside the model directory: relative, no `..`, forward slashes. */
const RelativePath = z
  .string()
  .check(
    z.regex(
      /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9._/-]+$/,
      'a file name is relative and stays inside the directory',
    ),
  );

/**
 * A few fixed latent codes with the pictures and read-backs that the trainer computed. Whoever loads the
 * model replays it on the execution provider that it will use. Float arrays are base64 (`encodeFloats`).
 */
export const Probe = z.strictObject({
  count: z.int().check(z.minimum(1), z.maximum(64)),
  /** Largest absolute difference allowed in any number that comes out. */
  tolerance: z.number().check(z.positive(), z.maximum(0.01)),
  /** Per latent part: categorical → list of class numbers; others → base64. */
  latents: z.record(z.string(), z.union([z.array(z.int().check(z.minimum(0))), z.string()])),
  /** base64 of float [count, channels, height, width]. */
  images: z.string(),
  /** Per recognizer output, base64 of its rows, read from `images`; null without a recognizer. */
  readings: z.nullable(z.record(z.string(), z.string())),
});
export type Probe = z.infer<typeof Probe>;

/** What a continuous code was measured to control (ruler's slope per unit of the code). */
export const Control = z.strictObject({
  attribute: z.string(),
  unit: z.string(),
  slope: z.number(),
});
export type Control = z.infer<typeof Control>;

/** Where the model came from: enough to make it again. */
export const Provenance = z.strictObject({
  tool: z.string(),
  preset: z.string(),
  seed: z.int(),
  steps: z.int().check(z.minimum(0)),
  batchSize: z.int().check(z.minimum(1)),
  engine: z.string(),
  dataset: z.strictObject({ name: z.string(), pictures: z.int(), sha256: z.string() }),
  seconds: z.number().check(z.minimum(0)),
});
export type Provenance = z.infer<typeof Provenance>;

/** `manifest.json` of a model directory. */
export const Manifest = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  version: z.literal(MANIFEST_VERSION),
  name: z.string().check(z.minLength(1)),
  latent: LatentSpec,
  image: ImageGeometry,
  graphs: z.strictObject({ generator: RelativePath, recognizer: z.nullable(RelativePath) }),
  /** Every file of the directory that may be trusted, by relative path. */
  files: z.record(RelativePath, FileEntry),
  /** By name of a continuous code. */
  controls: z.record(z.string(), Control),
  probe: Probe,
  /** Scores by `evaluate`; empty until it ran. Definitions: `@infogan/measure`. */
  metrics: z.record(z.string(), z.json()),
  provenance: Provenance,
});
export type Manifest = z.infer<typeof Manifest>;

/** What kind of model it is, told from what it can be asked and whether it reads codes back. */
export function modelKind({ latent, graphs }: Pick<Manifest, 'latent' | 'graphs'>): string {
  if (graphs.recognizer !== null) return 'InfoGAN';
  return categoricals(latent).length > 0 ? 'conditional GAN' : 'GAN';
}

/**
 * Reads a manifest from its JSON text.
 * @param where the directory or address, for error sentences
 * @throws UserError when it is no JSON, another format, another version, or breaks a rule of the schema
 */
export function parseManifest(text: string, where: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(
      `manifest: ${where} has a ${MANIFEST_FILE} that is not JSON (${text.length} characters); export the model again`,
    );
  }
  const head = z.looseObject({ format: z.string(), version: z.number() }).safeParse(json);
  if (!head.success || head.data.format !== MANIFEST_FORMAT) {
    throw new UserError(
      `manifest: ${where} is no ${MANIFEST_FORMAT} (format ${JSON.stringify(head.data?.format ?? null)}); point to a directory that pnpm export wrote`,
    );
  }
  if (head.data.version !== MANIFEST_VERSION) {
    throw new UserError(
      `manifest: got version ${head.data.version} in ${where} when expected ${MANIFEST_VERSION}; export the model again with this version of infogan-kit`,
    );
  }
  const parsed = Manifest.safeParse(json);
  if (!parsed.success) {
    throw new UserError(
      `manifest: ${where} breaks the format: ${firstIssue(parsed.error)}; export the model again`,
    );
  }
  return parsed.data;
}

/** The manifest as the text of `manifest.json`. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`;
}

function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0]!;
  return `${issue.path.join('.') || 'the whole'}: ${issue.message}`;
}
