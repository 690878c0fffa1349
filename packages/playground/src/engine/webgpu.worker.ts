import * as ort from 'onnxruntime-web/webgpu';
import loaderUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { answerQuestions, post } from './answer.ts';
import { EngineCore } from './core.ts';

ort.env.wasm.wasmPaths = { mjs: loaderUrl, wasm: wasmUrl };
ort.env.wasm.numThreads = 1;

let watched = false;

answerQuestions(
  new EngineCore('webgpu', 1, async (onnx) => {
    const session = await ort.InferenceSession.create(onnx, {
      executionProviders: ['webgpu'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    if (!watched) {
      watched = true;
      const device = (await ort.env.webgpu.device) as unknown as { lost: Promise<{ message: string }> };
      void device.lost.then(({ message }) => post({ lost: message }));
    }
    return session;
  }),
);
