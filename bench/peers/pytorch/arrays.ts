import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where an array lies in `data.bin`: `offset` in bytes, `length` in numbers. */
interface Place {
  readonly offset: number;
  readonly length: number;
  readonly type: 'int32' | 'float32';
}

/** Lays arrays one after the other, for a program in another language. */
export function arrayFile() {
  const chunks: Buffer[] = [];
  let offset = 0;
  return {
    place(values: Float32Array | Int32Array): Place {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      chunks.push(bytes);
      offset += bytes.length;
      const type = values instanceof Int32Array ? 'int32' : 'float32';
      return { offset: offset - bytes.length, length: values.length, type };
    },
    /** Writes `spec.json`, which holds the places, and `data.bin`. */
    write(folder: string, spec: object): void {
      writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
      writeFileSync(join(folder, 'data.bin'), Buffer.concat(chunks));
    },
  };
}
