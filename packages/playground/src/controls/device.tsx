import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { gpuKind } from '../engine/engine.ts';
import { usePlayground } from '../state/context.ts';

const NAMES = { wasm: 'WebAssembly', webgpu: 'WebGPU' } as const;

/** Where the network runs and how long one picture takes, with the choice of another device. */
export function DeviceMenu() {
  const playground = usePlayground();
  const { engine, model } = playground;
  const gpu = useSignal(false);
  useEffect(() => {
    void gpuKind().then((kind) => (gpu.value = kind !== 'none'));
  }, []);
  const device = engine.device.value;
  const time = engine.milliseconds.value;
  return (
    <>
      <button type="button" class="chip" popovertarget="device-menu" data-testid="device">
        <span class="chip-word">{NAMES[device]}</span>
        {time > 0 && <span class="chip-number">{`${time.toFixed(time < 10 ? 1 : 0)} ms`}</span>}
      </button>
      <div id="device-menu" class="menu" popover="auto">
        <fieldset>
          <legend>The network runs on</legend>
          {(['wasm', 'webgpu'] as const).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="device"
                checked={device === name}
                disabled={engine.switching.value || (name === 'webgpu' && !gpu.value)}
                onChange={() => void playground.use(name)}
              />
              {NAMES[name]}
            </label>
          ))}
        </fieldset>
        <p>{explain(gpu.value, engine.switching.value, engine.threads.value)}</p>
        {engine.verdict.value !== null && <p>{engine.verdict.value}</p>}
        {model.value !== null && (
          <p>
            Checked on this device: pictures differ from the trainer's by at most{' '}
            {model.value.probe.toExponential(0)}.
          </p>
        )}
      </div>
    </>
  );
}

function explain(gpu: boolean, switching: boolean, threads: number): string {
  if (switching) return 'Loading the WebGPU runtime (4 MB) and checking it against the trainer’s pictures …';
  const wasm = `WebAssembly uses ${threads === 1 ? 'one thread' : `${threads} threads`}.`;
  return gpu
    ? `${wasm} For a network this small it is usually the faster one; WebGPU pays off with large models.`
    : `${wasm} This browser gives no WebGPU adapter.`;
}
