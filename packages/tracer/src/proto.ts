/** Plain constructors for the protobuf messages of ONNX. */
import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as Kind,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Attribute, ElementType } from './graph.ts';
import { TYPE_CODES } from './view.ts';

export function attributeProto(name: string, attribute: Attribute): AttributeProto {
  if ('int' in attribute)
    return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(attribute.int) });
  if ('float' in attribute)
    return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: attribute.float });
  if ('string' in attribute) {
    const s = new TextEncoder().encode(attribute.string);
    return create(AttributeProtoSchema, { name, type: Kind.STRING, s });
  }
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: attribute.ints.map(BigInt) });
}

export function tensorProto(
  name: string,
  type: ElementType,
  shape: readonly number[],
  data: ArrayLike<number>,
): TensorProto {
  const dims = shape.map(BigInt);
  return create(TensorProtoSchema, { name, dims, dataType: TYPE_CODES[type], rawData: rawData(type, data) });
}

/** Little-endian elements, as the format wants on any machine. */
function rawData(type: ElementType, data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const width = { float32: 4, int32: 4, int64: 8, bool: 1 }[type];
  const bytes = new Uint8Array(width * data.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    const number = data[i]!;
    if (type === 'float32') view.setFloat32(4 * i, number, true);
    else if (type === 'int32') view.setInt32(4 * i, number, true);
    else if (type === 'int64') view.setBigInt64(8 * i, BigInt(number), true);
    else view.setUint8(i, number ? 1 : 0);
  }
  return bytes;
}

/** @param shape a dimension that is neither a number nor a name is left open */
export function valueInfo(
  name: string,
  type: ElementType,
  shape: readonly (number | string | undefined)[],
  docString: string | undefined,
): ValueInfoProto {
  const dim = shape.map((size) => {
    if (typeof size === 'number') return { value: { case: 'dimValue' as const, value: BigInt(size) } };
    if (size === undefined) return {};
    return { value: { case: 'dimParam' as const, value: size } };
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: TYPE_CODES[type], shape: { dim } } } },
    ...(docString === undefined ? {} : { docString }),
  });
}
