import { andRange, andRecordedRange, maskRange, xorRange } from './planes';

// A gate program runs tile by tile: all operations on the first TILE bytes of the planes, then all on
// the next. A live slot then takes 2 * TILE bytes of cache, and the interpretation of one operation is
// paid once per TILE * 8 rows.
const TILE: usize = 2048;
const OPERATION_BYTES: usize = 16;

const XOR: u32 = 0;
const NOT: u32 = 1;
const AND: u32 = 2;
const COPY: u32 = 3;

/** A tile of both components of the planes. */
@inline
function step(
  at: usize,
  base: usize,
  across: usize,
  stride: usize,
  length: usize,
  maskLeft: v128,
  maskRight: v128,
): void {
  const operation = load<u32>(at);
  const z = base + <usize>load<u32>(at, 4) * stride;
  const x = base + <usize>load<u32>(at, 8) * stride;
  const y = base + <usize>load<u32>(at, 12) * stride;
  if (operation == XOR) {
    xorRange(x, y, z, length);
    xorRange(x + across, y + across, z + across, length);
  } else if (operation == AND) {
    andRange(x, x + across, y, y + across, z, length);
  } else if (operation == NOT) {
    maskRange(x, maskLeft, z, length);
    maskRange(x + across, maskRight, z + across, length);
  } else if (operation == COPY) {
    memory.copy(z, x, length);
    memory.copy(z + across, x + across, length);
  } else {
    memory.fill(z, 0, length);
    memory.fill(z + across, 0, length);
  }
}

export function evalGates(
  code: usize,
  count: u32,
  left: usize,
  right: usize,
  stride: usize,
  bytes: usize,
  notLeft: i32,
  notRight: i32,
): void {
  const end = code + (<usize>count) * OPERATION_BYTES;
  const maskLeft = i32x4.splat(notLeft);
  const maskRight = i32x4.splat(notRight);
  const across = right - left;
  for (let tile: usize = 0; tile < bytes; tile += TILE) {
    const length = min(TILE, bytes - tile);
    for (let at = code; at < end; at += OPERATION_BYTES) {
      step(at, left + tile, across, stride, length, maskLeft, maskRight);
    }
  }
}

export function evalGatesRecorded(
  code: usize,
  count: u32,
  left: usize,
  right: usize,
  stride: usize,
  bytes: usize,
  notLeft: i32,
  notRight: i32,
  record: usize,
  recordStride: usize,
  recordBytes: usize,
): void {
  const end = code + (<usize>count) * OPERATION_BYTES;
  const maskLeft = i32x4.splat(notLeft);
  const maskRight = i32x4.splat(notRight);
  const across = right - left;
  for (let tile: usize = 0; tile < bytes; tile += TILE) {
    const length = min(TILE, bytes - tile);
    const kept = min(length, max(recordBytes, tile) - tile);
    let to = record + tile;
    for (let at = code; at < end; at += OPERATION_BYTES) {
      if (load<u32>(at) != AND) {
        step(at, left + tile, across, stride, length, maskLeft, maskRight);
        continue;
      }
      const z = left + tile + <usize>load<u32>(at, 4) * stride;
      const x = left + tile + <usize>load<u32>(at, 8) * stride;
      const y = left + tile + <usize>load<u32>(at, 12) * stride;
      andRecordedRange(x, x + across, y, y + across, z, length, to, recordStride, kept);
      to += recordBytes;
    }
  }
}
