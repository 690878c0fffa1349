export {
  argmaxRows,
  classFidelity,
  countPairs,
  unsupervisedAccuracy,
  type Fidelity,
  type Labelling,
  type UnsupervisedAccuracy,
} from './classes.ts';
export { monotoneShare, scoreControl, type ControlInput, type ControlScore } from './control.ts';
export { dotProducts, rows, sliceRows, type DotProducts, type Rows } from './features.ts';
export { frechetDistance, gaussian, scoreFrechet, type Gaussian } from './frechet.ts';
export { hungarian } from './hungarian.ts';
export {
  JUDGE_FILE,
  JUDGE_FORMAT,
  JUDGE_PORTS,
  JUDGE_VERSION,
  Judge,
  formatJudge,
  parseJudge,
} from './judge.ts';
export { Metrics, parseMetrics, type ScoreKey } from './metrics.ts';
export { imageMoments, type Moments } from './moments.ts';
export { nearestRows, type Nearest } from './neighbours.ts';
export { precisionRecall, type PrecisionRecall } from './precision-recall.ts';
export { measureImage, slant, thickness, type FrameSize, type Measurement } from './ruler.ts';
export { Score, bootstrap, bootstrapWithin, scoreMean, scoreMedian, scoreShare } from './score.ts';
export {
  mean,
  median,
  olsSlope,
  partialCorrelation,
  pearson,
  quantile,
  rSquared,
  ranks,
  spearman,
} from './statistics.ts';
