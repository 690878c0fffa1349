export { exportRun, type ExportOptions, type ExportResult } from './export.ts';
export { traceGraphs, type Graphs } from './graphs.ts';
