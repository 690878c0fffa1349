export { decodeFloats, encodeFloats } from './base64.ts';
export { UserError, describeError } from './errors.ts';
export {
  IMAGE,
  generateImages,
  generatorFeeds,
  generatorInputs,
  recognizeImages,
  recognizerOutputs,
  type GraphRunner,
  type PortSpec,
} from './graph.ts';
export {
  LatentSpec,
  categorical,
  chooseLatents,
  latentWidth,
  normal,
  partWidth,
  samplePrior,
  uniform,
  type CategoricalPart,
  type LatentPart,
  type Latents,
  type NormalPart,
  type UniformPart,
} from './latent.ts';
export {
  Control,
  ImageGeometry,
  Manifest,
  Probe,
  Provenance,
  formatManifest,
  modelKind,
  parseManifest,
} from './manifest.ts';
export { CONTINUOUS_INPUT, MANIFEST_FILE, MANIFEST_FORMAT, MANIFEST_VERSION } from './names.ts';
export { categoricals, normals, uniforms } from './parts.ts';
export { frameLikeMnist, type GreyImage } from './mnist-frame.ts';
export {
  hashBytes,
  openManifest,
  openModel,
  readChecked,
  type FileReader,
  type ModelFiles,
} from './model.ts';
export { fromBytes, interleave, tile, toByte, toBytes, type Raster } from './pixels.ts';
export {
  decodeLatents,
  encodeLatents,
  largestDifference,
  replayProbe,
  type ProbeResult,
  type ProbedGraphs,
} from './probe.ts';
export { Random, deriveSeed } from './random.ts';
