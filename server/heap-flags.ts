import { setFlagsFromString } from 'node:v8';

/**
 * V8 flags of a party process. A query passes hundreds of megabytes through short-lived buffers (keystream, frames). V8
 * frees them on background threads by default, which then fight the computing thread for the allocator: it doubled the
 * processor time of 640 M ANDs and of 10 M products (`npm run bench W4 W5`).
 */
export const HEAP_FLAGS: readonly string[] = [
  '--no-concurrent-array-buffer-sweeping',
  '--single-threaded-gc',
];

/** For a process that is running already: only the first flag may still be set. */
export function freeBuffersInPlace(): void {
  setFlagsFromString(HEAP_FLAGS[0] ?? '');
}
