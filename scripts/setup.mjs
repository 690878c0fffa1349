// Plain JavaScript for Node 20 without any package: installs what is missing, builds what is stale, then leaves.
// `npm start` and `npm test` begin here, so that a fresh machine with Node and npm alone is enough.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Newest modification under a path, in milliseconds; 0 when it is not there. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const lock = join(root, 'pnpm-lock.yaml');
if (newest(join(root, 'node_modules', '.modules.yaml')) < newest(lock)) {
  console.log('setup: installing packages (once)');
  run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile']);
}

const playground = join(root, 'packages', 'playground');
const sources = ['src', 'public', 'vite', 'index.html', 'vite.config.ts', '../contract/src'].map((path) =>
  newest(join(playground, path)),
);
if (newest(join(playground, 'dist', 'index.html')) < Math.max(...sources)) {
  console.log('setup: building the playground');
  // the strongest compression of the runtime takes a minute, and saves nothing on localhost; `pnpm build` has it
  run('npx', ['vite', 'build', playground, '--logLevel', 'warn'], {
    INFOGAN_BROTLI: process.env.INFOGAN_BROTLI ?? '9',
  });
}
