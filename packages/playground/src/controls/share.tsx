import { curlSnippet, fetchSnippet, fileName } from '../model/snippets.ts';
import { largeCanvas, plainCanvas, pngOf, saveFile } from '../picture/save.ts';
import { usePlayground } from '../state/context.ts';
import type { Playground } from '../state/playground.ts';
import { blendLook, lookRows } from '../state/pose.ts';

/** Ways to take the picture away: as an address, as a request to the server, as a file. */
export function Share() {
  const playground = usePlayground();
  const { spec, pose } = playground;
  const server = new URL('./', document.baseURI).href;
  const copySnippet = async (what: string, snippet: string) => {
    const byHand = Object.values(pose.value.edits).some((values) => Object.keys(values).length > 0);
    await copy(
      playground,
      what,
      snippet,
      byHand ? ' It names the seed; noise set by hand is not part of it.' : '',
    );
  };
  return (
    <div class="share" role="group" aria-label="Take it with you">
      <button
        type="button"
        onClick={() => void copy(playground, 'Address', new URL(playground.address(), document.baseURI).href)}
      >
        Copy link
      </button>
      <button
        type="button"
        onClick={() => void copySnippet('curl command', curlSnippet(server, spec.value, pose.value))}
      >
        curl
      </button>
      <button
        type="button"
        onClick={() => void copySnippet('fetch snippet', fetchSnippet(server, spec.value, pose.value))}
      >
        fetch
      </button>
      <button type="button" onClick={() => void save(playground, plainCanvas, '')}>
        PNG
      </button>
      <button type="button" onClick={() => void save(playground, largeCanvas, '-large')}>
        PNG, large
      </button>
    </div>
  );
}

async function copy(playground: Playground, what: string, text: string, remark = ''): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    playground.say(`${what} copied.${remark}`);
  } catch {
    // pages without TLS have no clipboard; show it, so that it can be copied by hand
    playground.say(text);
  }
}

async function save(playground: Playground, draw: typeof plainCanvas, suffix: string): Promise<void> {
  const look = playground.motion.look.value;
  const geometry = playground.model.value!.manifest.image;
  const { images } = await playground.engine.ask('generate', lookRows(look));
  const canvas = draw(blendLook(look, images), geometry);
  saveFile(`${fileName(playground.spec.value, playground.pose.value)}${suffix}.png`, await pngOf(canvas));
}
