import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { directoryOf, droppedFiles } from '../model/dropped.ts';
import { usePlayground } from '../state/context.ts';
import { sentence } from '../state/playground.ts';
import type { ModelSource } from '../engine/protocol.ts';

/** Shows which model draws, and takes another: from the list, by address, or dropped as a folder. */
export function ModelMenu() {
  const playground = usePlayground();
  const { model, models } = playground;
  const dialog = useRef<HTMLDialogElement>(null);
  const address = useRef<HTMLInputElement>(null);
  const refusal = useSignal<string | null>(null);
  const busy = useSignal(false);
  const over = useSignal(false);

  const open = async (source: ModelSource, name: string) => {
    busy.value = true;
    refusal.value = null;
    try {
      await playground.open(source, name);
      playground.say(`${name} draws now: ${describe(playground.spec.value)}.`);
      dialog.current?.close();
    } catch (error) {
      refusal.value = sentence(error);
    } finally {
      busy.value = false;
    }
  };
  const openFiles = async (files: Record<string, File>) => {
    try {
      const found = directoryOf(files);
      await open({ kind: 'files', ...found }, found.name);
    } catch (error) {
      refusal.value = sentence(error);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = address.current!.value;
    try {
      void open({ kind: 'url', url: new URL(text, document.baseURI).href }, text);
    } catch {
      refusal.value = `model: ${text} is no address; give one like https://example.org/models/mnist/`;
    }
  };
  // a folder may be dropped anywhere on the page
  const latest = useRef(openFiles);
  latest.current = openFiles;
  useEffect(() => {
    const drag = (event: DragEvent) => {
      event.preventDefault();
      over.value = event.type === 'dragover';
    };
    const drop = async (event: DragEvent) => {
      drag(event);
      const { dataTransfer } = event;
      if (dataTransfer === null || dataTransfer.items.length === 0) return;
      if (dialog.current?.open === false) dialog.current.showModal();
      await latest.current(await droppedFiles(dataTransfer));
    };
    const dropped = (event: DragEvent) => void drop(event);
    addEventListener('dragover', drag);
    addEventListener('dragleave', drag);
    addEventListener('drop', dropped);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', drag);
      removeEventListener('drop', dropped);
    };
  }, []);
  return (
    <>
      <button type="button" class="chip" onClick={() => dialog.current?.showModal()} data-testid="model">
        <span class="chip-word">Model</span>
        <span class="chip-number">{model.value?.manifest.name ?? '…'}</span>
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="model-title">
        <h2 id="model-title">Which model draws</h2>
        <ul class="model-list">
          {models.value.map(({ name, url }) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={model.value?.name === name}
                disabled={busy.value}
                onClick={() => void open({ kind: 'url', url: new URL(url, document.baseURI).href }, name)}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
        <form onSubmit={submit}>
          <label for="model-url">Or the address of a model directory</label>
          <div class="row">
            <input
              id="model-url"
              ref={address}
              name="url"
              type="text"
              inputMode="url"
              required
              placeholder="https://…/models/mine/"
            />
            <button type="submit" disabled={busy.value}>
              Open
            </button>
          </div>
        </form>
        <div class="drop" data-over={over.value} data-testid="drop">
          <p>Or drop the folder that pnpm export wrote: manifest.json and its ONNX files</p>
          <label class="button">
            Choose files
            <input
              type="file"
              multiple
              class="file"
              onChange={(event) => void openFiles(droppedList(event.currentTarget.files))}
            />
          </label>
        </div>
        <p class="refusal" role="alert">
          {refusal.value}
        </p>
        <p class="quiet">
          The model stays in this browser. Its files must match the sizes and hashes in its manifest, and it
          has to repeat the pictures that its trainer stored.
        </p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}

function droppedList(list: FileList | null): Record<string, File> {
  return Object.fromEntries([...(list ?? [])].map((file) => [file.webkitRelativePath || file.name, file]));
}

function describe(spec: readonly { kind: string; name: string }[]): string {
  return spec.map((part) => part.name).join(', ');
}
