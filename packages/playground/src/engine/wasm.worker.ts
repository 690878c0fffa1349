// onnxruntime-web: the runtime that serves the same ONNX files in Node and on GPUs, compiled to WebAssembly
import * as ort from 'onnxruntime-web/wasm';
import loaderUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { answerQuestions } from './answer.ts';
import { EngineCore } from './core.ts';

/** Threads need cross-origin isolation; half the cores, as the page itself wants one too. */
const threads = self.crossOriginIsolated ? Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)) : 1;

ort.env.wasm.wasmPaths = { mjs: loaderUrl, wasm: wasmUrl };
ort.env.wasm.numThreads = threads;
// starts loading the runtime while the model is still on its way; these two bytes are no model
ort.InferenceSession.create(new Uint8Array(2)).catch(() => undefined);

answerQuestions(
  new EngineCore('wasm', threads, (onnx) =>
    ort.InferenceSession.create(onnx, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    }),
  ),
);
