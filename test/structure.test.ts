import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../packages/', import.meta.url));

/** Who may import whom: dependencies point down only. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  tracer: [],
  data: ['contract'],
  measure: ['contract'],
  train: ['contract', 'data', 'measure', 'tracer'],
  export: ['contract', 'train', 'tracer'],
  evaluate: ['contract', 'data', 'measure'],
  serve: ['contract'],
  playground: ['contract'],
};
/** Tests beside the sources may also reach the stages that make what they read. */
const TESTS_MAY_IMPORT: Record<string, string[]> = {
  measure: ['data'],
  export: ['data'],
};

const names = Object.keys(MAY_IMPORT);

async function sourcesOf(name: string): Promise<{ file: string; text: string }[]> {
  const root = join(PACKAGES, name, 'src');
  const files = (await readdir(root, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(root, file), 'utf8') })));
}

const importsOf = (text: string) =>
  [...text.matchAll(/from '(@infogan\/[a-z]+[^']*)'/g)].map(([, path]) => path!);

describe('the structure of the house', () => {
  test('every package is known here', async () => {
    expect((await readdir(PACKAGES)).sort()).toEqual([...names].sort());
  });

  test.each(names)('%s imports only what lies below it, by public name', async (name) => {
    for (const { file, text } of await sourcesOf(name)) {
      const allowed = [
        ...MAY_IMPORT[name]!,
        ...(isTest(file) ? [name, 'test', ...(TESTS_MAY_IMPORT[name] ?? [])] : []),
      ];
      for (const path of importsOf(text)) {
        const [target, ...inside] = path.slice('@infogan/'.length).split('/');
        expect(allowed, `${name}/src/${file} imports ${path}`).toContain(target);
        if (!isTest(file)) expect(inside, `${name}/src/${file} reaches inside ${target}`).toEqual([]);
      }
      expect(text, `${name}/src/${file} reaches into another package by path`).not.toMatch(
        /from '(\.\.\/)+(packages|contract|tracer|data|measure|train|export|evaluate|serve|playground)\//,
      );
    }
  });

  test('contract runs anywhere: no Node module, no TensorFlow.js', async () => {
    for (const { file, text } of await sourcesOf('contract')) {
      if (!isTest(file)) expect(text, file).not.toMatch(/from '(node:|@tensorflow)/);
    }
  });

  test('the thread that prepares batches does without TensorFlow.js, which takes 90 MB', async () => {
    const sources = new Map((await sourcesOf('train')).map(({ file, text }) => [file, text]));
    const files = new Set(['ahead/thread.ts']);
    // a set visits what is added on the way
    for (const file of files) {
      const imports = [...sources.get(file)!.matchAll(/^import (?!type ).*? from '([^']+)'/gms)];
      for (const [, path] of imports) {
        expect(path, file).not.toMatch(/^@tensorflow/);
        if (path!.startsWith('.')) files.add(join(dirname(file), path!));
      }
    }
    expect(files).toContain('batches.ts');
  });

  test('no source file holds more than 400 lines', async () => {
    for (const name of names) {
      for (const { file, text } of await sourcesOf(name)) {
        expect(text.split('\n').length, `${name}/src/${file}`).toBeLessThanOrEqual(401);
      }
    }
  });
});

describe('public exports', () => {
  test.each(names.filter((name) => name !== 'playground'))('of %s', async (name) => {
    const barrel = (await import(`@infogan/${name}`)) as object;
    expect(Object.keys(barrel).sort()).toMatchSnapshot();
  });
});

function isTest(file: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing(\/|\.ts)/.test(file);
}
