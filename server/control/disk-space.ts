import { statfs } from 'node:fs/promises';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** Bytes that the file system of `path` has left for this process. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** STORAGE_FULL if the file system of `path` has less than `min` bytes left: what it lacks, queries would lack too. */
export async function requireFreeBytes(path: string, min: number): Promise<void> {
  const free = await freeBytes(path);
  if (free >= min) return;
  const limit = `storage.freeBytesMin in its party.yaml asks for ${min}`;
  throw new TacitError('STORAGE_FULL', `the party has ${free} bytes of disk left, and ${limit}`);
}
