import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, type RunningProcess } from './processes.ts';

const PACKAGES = ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'pillow', 'numpy'];
const PROBE = 'import fastapi, uvicorn, onnxruntime, PIL, numpy';

/** A Python with the peer's packages: `PEER_PYTHON`, else a virtual environment under the temporary folder, for this run. */
export async function findPeer(): Promise<{ path: string | null; reason: string }> {
  const given = process.env['PEER_PYTHON'];
  if (given !== undefined) {
    const works = spawnSync(given, ['-c', PROBE]).status === 0;
    return works
      ? { path: given, reason: '' }
      : { path: null, reason: `${given} lacks ${PACKAGES.join(', ')}` };
  }
  const directory = await mkdtemp(join(tmpdir(), 'peer-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  if (spawnSync('python3', ['-m', 'venv', directory]).status !== 0) {
    return { path: null, reason: 'no python3 with venv on this machine' };
  }
  const path = join(directory, 'bin', 'python');
  const installed = spawnSync(path, ['-m', 'pip', 'install', '-q', ...PACKAGES], { timeout: 180_000 });
  if (installed.status === 0) return { path, reason: '' };
  return { path: null, reason: `pip could not install ${PACKAGES.join(', ')}` };
}

/** uvicorn with a process per core: it shares them with the load generator as ours does. */
export function startPeer(python: string, model: string, port: number): Promise<RunningProcess> {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const args = ['-m', 'uvicorn', 'peer:app', '--app-dir', here, '--port', String(port), '--workers', '2'];
  return startProcess(python, [...args, '--no-access-log'], /Application startup complete/, { MODEL: model });
}
