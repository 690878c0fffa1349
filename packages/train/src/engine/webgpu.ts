import { importOptional } from './optional.ts';

interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
}
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

/** Adapters that compute on the processor: right, and slower than any other way to use it. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render/i;

/**
 * Gives Node the `navigator.gpu` of a browser and registers TensorFlow.js's back end on it.
 * @returns the adapter's name and whether it is a processor in disguise
 * @throws when the packages or an adapter are missing
 */
export async function provideWebgpu(): Promise<{ adapter: string; software: boolean }> {
  // webgpu: Dawn, Chrome's implementation, as a Node addon kept by its makers
  const dawn = (await importOptional('webgpu', 'webgpu')) as {
    create(options: string[]): Gpu;
    globals: object;
  };
  Object.assign(globalThis, dawn.globals);
  if (globalThis.navigator === undefined) Object.assign(globalThis, { navigator: {} }); // Node 20 has none
  const gpu = dawn.create([]);
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (adapter === null)
    throw new Error('there is no WebGPU adapter (no GPU, or no Vulkan, Metal or D3D12 driver)');
  await importOptional('@tensorflow/tfjs-backend-webgpu', 'webgpu');
  const { vendor, architecture, description } = adapter.info;
  const name = [vendor, architecture, description].filter((part) => part !== '').join(' ');
  return { adapter: name, software: SOFTWARE.test(name) };
}
