import { TacitError } from '../errors/tacit-error.ts';
import { Arena } from './arena.ts';
import { KERNEL_RESERVED_BYTES, type Kernels } from './kernels.ts';

const PAGE = 65536;
const PAGES_MAX = 65536;

/** The smallest module with a vector instruction: a function returning i32x4.splat(0). */
const SIMD_PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03,
  0x02, 0x01, 0x00, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x11, 0x0b,
]);

/** A set of kernels and the memory they work on. */
export interface FieldEngine {
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/**
 * Instantiates compiled kernels over a fresh memory that grows as the arena needs it, to at most `bytesMax`.
 * Throws SIMD_MISSING when the engine cannot run vector instructions.
 */
export async function instantiateKernels(
  wasm: ArrayBuffer | ArrayBufferView<ArrayBuffer>,
  bytesMax = PAGES_MAX * PAGE,
): Promise<FieldEngine> {
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new TacitError('SIMD_MISSING', 'this JavaScript engine has no WebAssembly SIMD');
  }
  const initial = KERNEL_RESERVED_BYTES / PAGE;
  const memory = new WebAssembly.Memory({ initial, maximum: Math.floor(bytesMax / PAGE) });
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory } });
  const kernels = instance.exports as unknown as Kernels;
  return { kernels, arena: new Arena(memory, KERNEL_RESERVED_BYTES) };
}
