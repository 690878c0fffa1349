/** For tests: the official ONNX checker, where Debian's python3-onnx is installed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = `
import onnx, sys
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
print(len(inferred.graph.node))
`;
// Debian's interpreter by path: another python3 earlier in PATH would not see its packages
const PYTHON = '/usr/bin/python3';
/** Why the checker cannot run here; undefined where it can. */
export const missing = (() => {
  try {
    execFileSync(PYTHON, ['-c', 'import onnx'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'python3-onnx is not installed (apt-get install python3-onnx)';
  }
})();

/** Checks a model and infers its shapes strictly. @returns how many nodes the checker saw */
export function checkOnnx(bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'tracer-'));
  try {
    const file = join(folder, 'model.onnx');
    writeFileSync(file, bytes);
    return Number(execFileSync(PYTHON, ['-c', SCRIPT, file], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
