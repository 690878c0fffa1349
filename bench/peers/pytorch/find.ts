import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../.cache/pytorch', import.meta.url));
/** PyTorch keeps its CPU wheels for Linux in an index of its own; PyPI's need CUDA's libraries. */
const WHEELS = ['torch', 'numpy', '--extra-index-url', 'https://download.pytorch.org/whl/cpu'];

/** A Python with PyTorch: `PYTORCH_PYTHON`, else a virtual environment in .cache/pytorch, made on the first call. */
export function findPytorch(): { python: string } | { missing: string } {
  const given = process.env['PYTORCH_PYTHON'];
  const python = given ?? `${FOLDER}/bin/python`;
  const works = () => existsSync(python) && spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
  if (works()) return { python };
  if (given !== undefined) return { missing: `${given} lacks torch or numpy` };
  if (spawnSync('python3', ['-m', 'venv', FOLDER]).status !== 0)
    return { missing: 'no python3 with venv here' };
  console.log('bench: installing PyTorch into .cache/pytorch (once)');
  const install = (torch: string) =>
    spawnSync(python, ['-m', 'pip', 'install', '--quiet', torch, ...WHEELS.slice(1)]).status === 0;
  return (install('torch==2.13.0+cpu') || install('torch')) && works()
    ? { python }
    : { missing: 'pip could not install torch and numpy' };
}
