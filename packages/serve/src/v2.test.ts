import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseLatents } from '@infogan/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post, startTestServer, type TestServer } from './testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const INFER = '/v2/models/digits/infer';
const noise = () =>
  chooseLatents([{ kind: 'normal', name: 'z', size: 62 }], [{ chosen: {}, seed: 1 }]).values['z']!;
const inputs = (digit: number) => [
  { name: 'digit', shape: [1], datatype: 'INT64', data: [digit] },
  { name: 'c', shape: [1, 2], datatype: 'FP32', data: [[0.5, -0.5]] },
  { name: 'z', shape: [1, 62], datatype: 'FP32', data: [...noise()] },
];

interface Output {
  readonly name: string;
  readonly shape: number[];
  readonly data: number[];
}

describe('Open Inference Protocol v2', () => {
  test('describes both graphs', async () => {
    const generator = await (await server.get('/v2/models/digits')).json();
    expect(generator).toMatchObject({
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'digit', datatype: 'INT64', shape: [-1] },
        { name: 'c', datatype: 'FP32', shape: [-1, 2] },
        { name: 'z', datatype: 'FP32', shape: [-1, 62] },
      ],
      outputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 1, 28, 28] }],
    });
    const { versions } = generator as { versions: string[] };
    expect((await server.get(`/v2/models/digits/versions/${versions[0]}/ready`)).status).toBe(200);
    expect((await server.get('/v2/models/digits/versions/9/ready')).status).toBe(404);
    expect((await server.get('/v2/models/digits-recognizer')).status).toBe(200);
  });

  test('runs the generator on JSON tensors: the picture that GET /digit gives', async () => {
    const response = await server.get(INFER, post(JSON.stringify({ id: 'a', inputs: inputs(7) })));
    const { id, outputs } = (await response.json()) as { id: string; outputs: Output[] };
    expect([id, outputs[0]!.shape]).toEqual(['a', [1, 1, 28, 28]]);
    const raw = await (await server.get('/digit/7?c1=0.5&c2=-0.5&seed=1&format=raw')).arrayBuffer();
    const bytes = new Uint8Array(raw);
    outputs[0]!.data.forEach((ink, i) => expect(Math.abs(ink * 255 - bytes[i]!)).toBeLessThanOrEqual(0.51));
  });

  test('takes and gives tensors as bytes', async () => {
    const [digit, , z] = inputs(3);
    const codes = new Float32Array([0.5, -0.5]);
    const head = Buffer.from(
      JSON.stringify({
        inputs: [
          digit,
          { name: 'c', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
          z,
        ],
        outputs: [{ name: 'image', parameters: { binary_data: true } }],
      }),
    );
    const body = Buffer.concat([head, new Uint8Array(codes.buffer)]);
    const response = await server.get(INFER, {
      method: 'POST',
      body,
      headers: { 'Inference-Header-Content-Length': String(head.length) },
    });
    const length = Number(response.headers.get('inference-header-content-length'));
    const answer = Buffer.from(await response.arrayBuffer());
    const { outputs } = JSON.parse(answer.subarray(0, length).toString()) as { outputs: object[] };
    expect(outputs).toEqual([
      { name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], parameters: { binary_data_size: 3136 } },
    ]);
    expect(answer.length).toBe(length + 3136);
    const json = await server.get(INFER, post(JSON.stringify({ inputs: inputs(3) })));
    const { data } = ((await json.json()) as { outputs: Output[] }).outputs[0]!;
    data.forEach((ink, i) => expect(answer.readFloatLE(length + i * 4)).toBeCloseTo(ink, 6));
  });

  test.each([
    ['a class that does not exist', inputs(10), 'from 0 to 9; got 10'],
    ['a missing input', inputs(1).slice(1), 'digit is missing'],
    ['a wrong shape', [{ ...inputs(1)[0]!, shape: [1, 1] }], 'must have shape [-1]'],
    ['a wrong type', [{ ...inputs(1)[0]!, datatype: 'INT32' }], 'must have datatype INT64'],
    ['too few numbers', [{ ...inputs(1)[0]!, shape: [2] }], 'must bring 2 numbers; got 1'],
  ])('refuses %s with a sentence', async (_name, given, sentence) => {
    const response = await server.get(INFER, post(JSON.stringify({ inputs: given })));
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(sentence);
  });
});

const CLIENT = `
import sys
import numpy as np, tritonclient.http as http
client = http.InferenceServerClient(sys.argv[1])
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("digits")
assert client.get_model_metadata("digits")["outputs"][0]["name"] == "image"
assert len(client.get_model_repository_index()) == 2
def tensor(name, array, kind, binary):
    t = http.InferInput(name, list(array.shape), kind)
    t.set_data_from_numpy(array, binary_data=binary)
    return t
for binary in (True, False):
    feeds = [tensor("digit", np.arange(10, dtype=np.int64), "INT64", binary),
             tensor("c", np.zeros((10, 2), np.float32), "FP32", binary),
             tensor("z", np.zeros((10, 62), np.float32), "FP32", binary)]
    out = client.infer("digits", feeds, outputs=[http.InferRequestedOutput("image", binary_data=binary)])
    image = out.as_numpy("image")
    assert image.shape == (10, 1, 28, 28) and image.dtype == np.float32 and image.max() > 0.5
    read = client.infer("digits-recognizer", [tensor("image", image, "FP32", binary)])
    assert read.as_numpy("digit").argmax(1)[0] == 0, read.as_numpy("digit")
try:
    client.infer("digits", feeds[:1])
except http.InferenceServerException as error:
    assert "c is missing" in str(error), error
else:
    raise AssertionError("a missing input was accepted")
print("triton client ok")
`;
const python = ['python3', ...(process.env['TRITON_PYTHON'] ? [process.env['TRITON_PYTHON']] : [])].findLast(
  (command) => spawnSync(command, ['-c', 'import tritonclient.http']).status === 0,
);

test.skipIf(python === undefined)(
  'an ordinary Triton client works (skipped where tritonclient[http] is not installed)',
  async () => {
    const script = join(server.directory, 'client.py');
    await writeFile(script, CLIENT);
    const { spawn } = await import('node:child_process');
    const child = spawn(python!, [script, new URL(server.url).host]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    await new Promise((resolve) => child.once('exit', resolve));
    expect(output).toContain('triton client ok');
  },
);
