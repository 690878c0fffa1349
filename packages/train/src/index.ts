export { batchesAhead, type BatchOrder, type Batches } from './ahead/ahead.ts';
export { attributeCodes, attributeScale, readAttributes, type AttributeScale } from './attributes.ts';
export { augmentBatch, type AugmentRanges } from './augment.ts';
export { batchSource } from './batches.ts';
export { calibrateReading, generatorCode } from './calibrate.ts';
export { completeRun } from './complete.ts';
export type { Arrays, Engine, InputSpec, Program, TensorFunction } from './engine/engine.ts';
export {
  DEVICES,
  PROVIDERS,
  selectProvider,
  examineProvider,
  type DeviceName,
  type Provider,
} from './engine/device.ts';
export { sessionOptions } from './engine/compiled.ts';
export { BACKENDS, ENGINES, selectEngine, type BackendName, type EngineName } from './engine/select.ts';
export { generatorFunction, recognizerFunction, uploadWeights, type CodeMap } from './inference.ts';
export { foldBatchNorm, type Statistics } from './fold.ts';
export {
  Layer,
  buildNetwork,
  forward,
  infer,
  initialWeights,
  type BuiltNetwork,
  type Network,
  type Shape,
} from './network.ts';
export { chooseLabelled } from './choose-labelled.ts';
export { findSimilarPictures, type SimilarPictures } from './similar/similar.ts';
export { newRun, presetRun, takesAnySize } from './new-run.ts';
export { trainCommand, type TrainActions, type TrainOptions } from './options.ts';
export { roundWeight } from './rounding.ts';
export {
  presets,
  tutorialPreset,
  type Networks,
  type Preset,
  type TutorialOptions,
} from './presets/index.ts';
export { Recipe } from './recipe.ts';
export {
  Calibration,
  RUN_FILES,
  RUN_FORMAT,
  RUN_VERSION,
  Run,
  readRun,
  readWeights,
  writeRun,
} from './run-directory.ts';
export {
  decodeTensors,
  encodeTensors,
  readTensors,
  type StoredTensor,
  type TensorFile,
} from './safetensors.ts';
export { buildGan, type Gan } from './gan.ts';
export {
  MODELS,
  SYSTEMS,
  buildTraining,
  systems,
  type Model,
  type System,
  type SystemName,
  type Training,
  type Turn,
} from './systems/index.ts';
export { initialState, readCheckpoint, writeCheckpoint, type Checkpoint, type State } from './state.ts';
export {
  schedule,
  totalSteps,
  trainRun,
  type StepReport,
  type TrainHooks,
  type TrainOutcome,
} from './train.ts';
export { prepareTraining, type TrainingProgram } from './turns.ts';
export { watchTraining } from './watch.ts';
