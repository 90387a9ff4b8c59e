import { setFlagsFromString } from 'node:v8';

/**
 * V8 flags of a party process. A query passes hundreds of megabytes through short-lived buffers (keystream, frames). V8
 * frees them on background threads by default, which then fight the computing thread for the allocator: it doubled the
 * processor time of 640 M ANDs and of 10 M products (`npm run bench W4 W5`).
 *
 * Those buffers also make V8 start marking a small heap again and again, in hundreds of small steps that cost several times as
 * much as marking it at once when it is due: a quarter of the processor time of 10 M verified products.
 */
export const HEAP_FLAGS: readonly string[] = [
  '--no-concurrent-array-buffer-sweeping',
  '--no-incremental-marking',
  '--single-threaded-gc',
];

/** For a process that is running already: the last flag cannot be set any more. */
export function freeBuffersInPlace(): void {
  for (const flag of HEAP_FLAGS.slice(0, -1)) setFlagsFromString(flag);
}
