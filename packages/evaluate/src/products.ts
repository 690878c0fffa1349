import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { DotProducts } from '@infogan/measure';
// onnx-buf: ONNX's own protobuf schema with types; one node is all that is written here
import { AttributeProto_AttributeType, ModelProtoSchema, type ValueInfoProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const FLOAT = 1;

/** Dot products by ONNX Runtime's matrix product: about a hundred times as fast as a loop in JavaScript. */
export async function createDotProducts(): Promise<{ multiply: DotProducts; close: () => Promise<void> }> {
  const session = await InferenceSession.create(productGraph());
  return {
    multiply: async (a, b) => {
      const { c } = await session.run({
        a: new Tensor('float32', a.data, [a.count, a.width]),
        b: new Tensor('float32', b.data, [b.count, b.width]),
      });
      return c!.data as Float32Array;
    },
    close: () => session.release(),
  };
}

/** c = a · bᵀ with a [M, K] and b [N, K]. */
function productGraph(): Uint8Array {
  const transB = { name: 'transB', type: AttributeProto_AttributeType.INT, i: 1n };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'products',
      node: [{ opType: 'Gemm', input: ['a', 'b'], output: ['c'], attribute: [transB] }],
      input: [matrix('a', 'M', 'K'), matrix('b', 'N', 'K')],
      output: [matrix('c', 'M', 'N')],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function matrix(name: string, rows: string, columns: string): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = [rows, columns].map((value) => ({ value: { case: 'dimParam' as const, value } }));
  return { name, type: { value: { case: 'tensorType', value: { elemType: FLOAT, shape: { dim } } } } };
}
