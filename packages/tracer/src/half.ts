import { create, toBinary } from '@bufbuild/protobuf';
import { Float16Array, f16round } from '@petamoriken/float16'; // the standard's Float16Array for engines without it
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  type ModelProto,
  type TensorProto,
} from 'onnx-buf';

/** The protobuf field is a plain number. */
const FLOAT: number = TensorProto_DataType.FLOAT;
/** Smaller tensors are not worth a node. */
const SMALLEST = 256;

/**
 * Stores large weights as half-precision numbers with a Cast to float behind each, where that loses nothing
 * (training rounds final weights so). The file halves; every runtime folds the casts when it loads.
 */
export function storeAsHalf(model: ModelProto): Uint8Array<ArrayBuffer> {
  const graph = model.graph!;
  const casts = graph.initializer.flatMap((tensor) => {
    const values = exactHalves(tensor);
    if (values === null) return [];
    const { name } = tensor;
    tensor.name = `${name}/half`;
    tensor.dataType = TensorProto_DataType.FLOAT16;
    tensor.rawData = new Uint8Array(values.buffer);
    return [
      create(NodeProtoSchema, {
        opType: 'Cast',
        name: `${name}/cast`,
        input: [tensor.name],
        output: [name],
        attribute: [{ name: 'to', type: AttributeProto_AttributeType.INT, i: BigInt(FLOAT) }],
      }),
    ];
  });
  graph.node.unshift(...casts);
  return new Uint8Array(toBinary(ModelProtoSchema, model));
}

function exactHalves({ dataType, rawData }: TensorProto): Float16Array<ArrayBuffer> | null {
  if (dataType !== FLOAT || rawData.length < 4 * SMALLEST) return null;
  const values = new Float32Array(rawData.slice().buffer);
  return values.every((value) => f16round(value) === value) ? new Float16Array(values) : null;
}
