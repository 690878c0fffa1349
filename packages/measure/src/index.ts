export { hungarian } from './hungarian.ts';
export { measureImage, slant, thickness, type FrameSize, type Measurement } from './ruler.ts';
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
