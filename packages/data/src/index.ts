export { fitDataset, type Geometry } from './fit.ts';
export { parseIdx, type Idx } from './idx.ts';
export { loadData } from './load.ts';
export { loadMnist, type Dataset, type LabelledImages } from './mnist.ts';
