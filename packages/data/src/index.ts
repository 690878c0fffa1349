export { fitDataset } from './fit.ts';
export { parseIdx, type Idx } from './idx.ts';
export { loadMnist, type Dataset, type LabelledImages } from './mnist.ts';
