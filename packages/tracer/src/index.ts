export { TraceError } from './errors.ts';
export { traceModel } from './layers.ts';
export type { TraceModelOptions } from './layers.ts';
export { scope } from './scope.ts';
export { trace } from './trace.ts';
export type { InputSpec, InputType, TensorType, TraceOptions, Traced } from './trace.ts';
export { storeAsHalf } from './half.ts';
