import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { normal, openModel } from '@infogan/contract';
import { generatorFlops } from '@infogan/evaluate';
import { AttributeProto_AttributeType, ModelProtoSchema } from 'onnx-buf';
import { expect, test } from 'vitest';

const SHIPPED = join(import.meta.dirname, '../../../models/mnist');

test("the shipped generator's operations are those of its layers", async () => {
  const { generator, manifest } = await openModel((path) => readFile(join(SHIPPED, path)), SHIPPED);
  const codes = 2 * 2; // turns and scales c1 and c2
  const dense = (62 + 10 + 2) * 7 * 7 * 64;
  const first = 7 * 7 * 64 * 32 * (4 * 4);
  const second = 14 * 14 * 32 * 1 * (4 * 4);
  expect(await generatorFlops(generator, manifest.latent)).toBe(2 * (codes + dense + first + second));
});

test('a convolution counts by the pictures it makes, channels it reads and its kernel', async () => {
  const ints = (...values: number[]) => values.map(BigInt);
  const tensor = (name: string, dims: number[], floats: number[]) => ({
    name,
    dims: ints(...dims),
    dataType: 1,
    floatData: floats,
  });
  const port = (name: string, dims: number[]) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType: 1,
          shape: { dim: dims.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } })) },
        },
      },
    },
  });
  const graph = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'convolution',
        node: [
          { opType: 'Reshape', input: ['z', 'shape'], output: ['maps'] },
          {
            opType: 'Conv',
            input: ['maps', 'kernel'],
            output: ['image'],
            attribute: [{ name: 'strides', type: AttributeProto_AttributeType.INTS, ints: ints(2, 2) }],
          },
        ],
        initializer: [
          { name: 'shape', dims: [4n], dataType: 7, int64Data: ints(1, 2, 5, 5) },
          tensor('kernel', [3, 2, 3, 3], Array<number>(54).fill(0.1)),
        ],
        input: [port('z', [1, 50])],
        output: [port('image', [1, 3, 2, 2])],
      },
    }),
  );
  expect(await generatorFlops(graph, [normal('z', 50)])).toBe(2 * (3 * 2 * 2) * (2 * 3 * 3));
});
