import { createCipheriv, createHash } from 'node:crypto';
import { planeBytes } from '../src/field/planes.ts';
import type { Program } from '../src/program/program.ts';
import type { ShareReader } from '../src/storage/verified-shares.ts';

/**
 * Consistent pseudo-random shares without an upload: replicated components are streams of their number, Shamir
 * shares belong to the public value of the row. Only for measuring primitives; nothing here is secret or committed to.
 */
export function syntheticStore(self: number, program: Program): ShareReader {
  const cache = new Map<string, Uint8Array>();
  const planes = new Map<number, number>();
  for (const stage of program.stages) {
    if (stage.kind !== 'rows' || stage.source.kind !== 'stored') continue;
    for (const load of stage.bits) planes.set(load.column, load.planes);
  }
  const read: ShareReader['read'] = (_table, _part, key, length) => {
    const id = `${key.column}.${key.form}.${key.block}.${length}`;
    let bytes = cache.get(id);
    if (bytes === undefined) {
      const count = planes.get(key.column) ?? 0;
      bytes =
        key.form === 'boolean'
          ? booleanBlock(self, key.column, key.block, count, length / (2 * Math.max(1, count)))
          : fieldBlock(self, key.column, length / 8);
      cache.set(id, bytes);
    }
    return bytes;
  };
  return { read };
}

/** Component `c` of a plane, the same at both of its holders. */
export function component(
  c: number,
  column: number,
  block: number,
  plane: number,
  bytes: number,
): Uint8Array {
  const key = createHash('sha256').update(`${c}.${column}.${block}.${plane}`).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

function booleanBlock(
  self: number,
  column: number,
  block: number,
  planes: number,
  stride: number,
): Uint8Array {
  const out = new Uint8Array(2 * planes * stride);
  for (let plane = 0; plane < planes; plane++) {
    out.set(component(self, column, block, plane, stride), 2 * plane * stride);
    out.set(component((self + 1) % 3, column, block, plane, stride), (2 * plane + 1) * stride);
  }
  return out;
}

/** Row r of column c has the value r mod 1000 + c, shared by the line value + (7 r + 1) x. */
function fieldBlock(self: number, column: number, rows: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(rows * 8));
  for (let row = 0; row < rows; row++) {
    const share = (row % 1000) + column + (7 * row + 1) * (self + 1);
    out.setUint32(8 * row, share % 2 ** 32, true);
    out.setUint32(8 * row + 4, Math.floor(share / 2 ** 32), true);
  }
  return new Uint8Array(out.buffer);
}

/** The clear planes of a column's first `rows` rows, for checking. */
export function clearPlane(column: number, plane: number, rows: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let block = 0, from = 0; from < rows; block++, from += 65536) {
    const bytes = planeBytes(Math.min(65536, rows - from));
    const [a, b, c] = [0, 1, 2].map((k) => component(k, column, block, plane, bytes));
    parts.push((a as Uint8Array).map((byte, k) => byte ^ (b?.[k] ?? 0) ^ (c?.[k] ?? 0)));
  }
  return Buffer.concat(parts);
}
